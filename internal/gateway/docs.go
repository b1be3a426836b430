package gateway

import (
	"bytes"
	_ "embed" // the page's template and style
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/maecenas-cci/maecenas/gen/openapi"
)

//go:embed docs.html
var docsTemplate string

//go:embed docs.css
var docsCSS []byte

// docsPolicy lets the page load its own style and nothing else.
const docsPolicy = strictPolicy + "; style-src 'self'"

// swagger is what the page shows of the OpenAPI document.
type swagger struct {
	Info struct {
		Title, Description, Version string
	}
	Tags        []tag
	Paths       map[string]map[string]*operation
	Definitions map[string]*schema
}

type tag struct {
	Name, Description string
	Operations        []*operation
}

type operation struct {
	Verb, Path    string
	Summary       string
	Description   string
	OperationID   string `json:"operationId"`
	Tags          []string
	Parameters    []parameter
	ResponseCodes map[string]struct {
		Description string
		Schema      *schema
	} `json:"responses"`
}

type parameter struct {
	schema
	Name, In string
	Required bool
	Schema   *schema
}

type schema struct {
	Ref                              string `json:"$ref"`
	Type, Format, Title, Description string
	ReadOnly                         bool
	Enum                             []string
	Items                            *schema
	Properties                       properties
	AdditionalProperties             json.RawMessage
	Required                         []string
}

// properties keeps the order of the document, which is that of the schema.
type properties []property

type property struct {
	Name string
	schema
}

// UnmarshalJSON reads an object in its order.
func (p *properties) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		one := property{}
		one.Name, _ = token.(string)
		if err := decoder.Decode(&one.schema); err != nil {
			return err
		}
		*p = append(*p, one)
	}
	return nil
}

// docsPage is the page, made when it is first asked for.
var docsPage = sync.OnceValues(func() ([]byte, error) {
	var doc swagger
	if err := json.Unmarshal(openapi.JSON, &doc); err != nil {
		return nil, err
	}
	byName := map[string]*tag{}
	for i := range doc.Tags {
		byName[doc.Tags[i].Name] = &doc.Tags[i]
	}
	for path, verbs := range doc.Paths {
		for verb, op := range verbs {
			op.Verb, op.Path = strings.ToUpper(verb), path
			for _, name := range op.Tags {
				if t := byName[name]; t != nil {
					t.Operations = append(t.Operations, op)
				}
			}
		}
	}
	for _, t := range doc.Tags {
		slices.SortFunc(t.Operations, func(a, b *operation) int { return strings.Compare(a.OperationID, b.OperationID) })
	}
	page, err := template.New("docs").Parse(docsTemplate)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := page.Execute(&out, doc); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
})

// RefName returns the name of the definition that a schema refers to.
func (s *schema) RefName() string { return strings.TrimPrefix(s.Ref, "#/definitions/") }

// MapOf returns the schema of the values of a map; nil where it is none, or where
// the document only says that anything may be in it.
func (s *schema) MapOf() *schema {
	var values schema
	if len(s.AdditionalProperties) == 0 || json.Unmarshal(s.AdditionalProperties, &values) != nil {
		return nil
	}
	return &values
}

// Answer returns the schema of what a method answers.
func (o *operation) Answer() *schema { return o.ResponseCodes["200"].Schema }

func (g *gateway) docs(w http.ResponseWriter, r *http.Request) {
	page, err := docsPage()
	if err != nil {
		g.fail(w, r, internalFault(err))
		return
	}
	w.Header().Set("Content-Security-Policy", docsPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page) // the caller hung up
}

func docsStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(docsCSS) // the caller hung up
}

func openAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(openapi.JSON) // the caller hung up
}
