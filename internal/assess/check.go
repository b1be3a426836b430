package assess

import (
	"fmt"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Violation is a place that breaks a rule between fields.
type Violation struct {
	// Path is where, such as canvas.revenueStreams[2].segmentId, by position.
	Path string
	// Description is what is wrong with it.
	Description string
}

// Check returns what the schema's rules on single fields cannot say, in the order
// of the fields: within a canvas ids are unique, references lead to an item of the
// block that they name, and shares of effort are together at most 10000, as are
// an organization's shares of its activities. Either may be nil.
func Check(organization *maecenasv1.Organization, canvas *maecenasv1.Canvas) []Violation {
	var c checker
	shares := int64(0)
	for _, activity := range organization.GetActivities() {
		shares += int64(activity.GetShareBp())
	}
	if shares > maxShare {
		c.report("organization.activities", "the shares are together %d basis points, more than %d", shares, maxShare)
	}
	c.collect(canvas)
	c.checkLinks(canvas)
	return c.violations
}

// place is where an item stands that an id names.
type place struct{ block, path string }

type checker struct {
	violations []Violation
	items      map[string]place
}

func (c *checker) report(path, format string, args ...any) {
	c.violations = append(c.violations, Violation{Path: path, Description: fmt.Sprintf(format, args...)})
}

// The blocks, as paths and in words.
const (
	segmentsBlock     = "customerSegments"
	propositionsBlock = "valuePropositions"
	activitiesBlock   = "keyActivities"
	resourcesBlock    = "keyResources"
)

// collect gathers the ids of all items. One without an id is the schema's to refuse.
func (c *checker) collect(canvas *maecenasv1.Canvas) {
	c.items = map[string]place{}
	collectBlock(c, segmentsBlock, canvas.GetCustomerSegments())
	collectBlock(c, propositionsBlock, canvas.GetValuePropositions())
	collectBlock(c, "channels", canvas.GetChannels())
	collectBlock(c, "customerRelationships", canvas.GetCustomerRelationships())
	collectBlock(c, "revenueStreams", canvas.GetRevenueStreams())
	collectBlock(c, resourcesBlock, canvas.GetKeyResources())
	collectBlock(c, activitiesBlock, canvas.GetKeyActivities())
	collectBlock(c, "keyPartnerships", canvas.GetKeyPartnerships())
	collectBlock(c, "costItems", canvas.GetCostItems())
}

func collectBlock[T interface{ GetId() string }](c *checker, block string, items []T) {
	for i, item := range items {
		id, path := item.GetId(), positionPath(block, i)
		if id == "" {
			continue
		}
		if first, taken := c.items[id]; taken {
			c.report(path+".id", "%q is already the id of %s", id, first.path)
			continue
		}
		c.items[id] = place{block, path}
	}
}

// checkLinks follows every reference, and adds up the shares of effort.
func (c *checker) checkLinks(canvas *maecenasv1.Canvas) {
	linkBlock(c, propositionsBlock, "segmentIds", canvas.GetValuePropositions(), (*maecenasv1.ValueProposition).GetSegmentIds, segmentsBlock)
	linkBlock(c, "channels", "segmentIds", canvas.GetChannels(), (*maecenasv1.Channel).GetSegmentIds, segmentsBlock)
	linkBlock(c, "customerRelationships", "segmentIds", canvas.GetCustomerRelationships(), (*maecenasv1.CustomerRelationship).GetSegmentIds, segmentsBlock)
	for i, stream := range canvas.GetRevenueStreams() {
		if stream.GetSegmentId() != "" {
			c.link(positionPath("revenueStreams", i)+".segmentId", stream.GetSegmentId(), segmentsBlock)
		}
	}
	linkBlock(c, resourcesBlock, "valuePropositionIds", canvas.GetKeyResources(), (*maecenasv1.KeyResource).GetValuePropositionIds, propositionsBlock)
	linkBlock(c, activitiesBlock, "valuePropositionIds", canvas.GetKeyActivities(), (*maecenasv1.KeyActivity).GetValuePropositionIds, propositionsBlock)
	effort := int64(0)
	for _, activity := range canvas.GetKeyActivities() {
		effort += int64(activity.GetEffortShareBp())
	}
	if effort > maxShare {
		c.report("canvas."+activitiesBlock, "the shares of effort are together %d basis points, more than %d", effort, maxShare)
	}
	for i, item := range canvas.GetCostItems() {
		if item.GetDriverId() != "" {
			c.link(positionPath("costItems", i)+".driverId", item.GetDriverId(), activitiesBlock, resourcesBlock)
		}
	}
}

func linkBlock[T any](c *checker, block, field string, items []T, ids func(T) []string, target string) {
	for i, item := range items {
		for j, id := range ids(item) {
			c.link(fmt.Sprintf("%s.%s[%d]", positionPath(block, i), field, j), id, target)
		}
	}
}

// link reports a reference that leads to no item of the blocks it may name.
func (c *checker) link(path, id string, blocks ...string) {
	item, ok := c.items[id]
	if !ok {
		c.report(path, "%q is not the id of any item of the canvas", id)
		return
	}
	for _, block := range blocks {
		if item.block == block {
			return
		}
	}
	c.report(path, "%q is the id of %s, not of an item of %s", id, item.path, blocks[0]+orElse(blocks[1:]))
}

// orElse joins the rest of a list of alternatives.
func orElse(blocks []string) string {
	text := ""
	for _, block := range blocks {
		text += " or " + block
	}
	return text
}

// positionPath is the path of an item by its position.
func positionPath(block string, i int) string { return fmt.Sprintf("canvas.%s[%d]", block, i) }
