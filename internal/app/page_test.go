package app_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/record"
)

func TestPagesHaveRoomForTheirRecords(t *testing.T) {
	t.Parallel()
	a := open(t)
	text := strings.Repeat("x", 4900)
	const all = 900 // 900 records of some 5 KB are more than a page holds
	var records []*maecenasv1.Record
	for i := range all {
		o := theatre()
		o.Name, o.Description = fmt.Sprintf("organizations/teatro-%d", i), text
		records = append(records, &maecenasv1.Record{Resource: &maecenasv1.Record_Organization{Organization: o}})
	}
	if _, _, err := a.Import(local(t), records); err != nil {
		t.Fatal(err)
	}
	seen, pages := 0, 0
	for listing := (record.Listing{Limit: 1000}); ; {
		page, err := a.Organizations.List(local(t), listing)
		if err != nil {
			t.Fatal(err)
		}
		size := 0
		for _, o := range page.Records {
			size += proto.Size(o)
		}
		if size > 4<<20 {
			t.Errorf("a page of %d bytes", size)
		}
		seen, pages = seen+len(page.Records), pages+1
		if page.Next == nil {
			break
		}
		listing.After = page.Next
	}
	if seen != all || pages < 2 {
		t.Errorf("%d records on %d pages", seen, pages)
	}
}
