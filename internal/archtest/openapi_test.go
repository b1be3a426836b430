package archtest_test

import (
	"encoding/json"
	"testing"

	"github.com/maecenas-cci/maecenas/gen/openapi"
	"google.golang.org/genproto/googleapis/api/annotations"
)

// TestOpenAPIIsComplete: the description has its title, which hangs on the name
// of one .proto file in proto/openapi.yaml, and an operation for each binding.
func TestOpenAPIIsComplete(t *testing.T) {
	t.Parallel()
	var description struct {
		Info struct {
			Title string `json:"title"`
		} `json:"info"`
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(openapi.JSON, &description); err != nil {
		t.Fatal(err)
	}
	if description.Info.Title != "Maecenas" {
		t.Errorf("title %q: proto/openapi.yaml names another file than the plugin merges into", description.Info.Title)
	}
	got := map[string]int{}
	for _, operations := range description.Paths {
		for _, operation := range operations {
			got[operation.OperationID]++
		}
	}
	for _, method := range apiMethods() {
		id := string(method.Parent().Name()) + "_" + string(method.Name())
		bindings := 1 + len(extension[*annotations.HttpRule](method, annotations.E_Http).GetAdditionalBindings())
		if bindings == 1 && got[id] != 1 {
			t.Errorf("%s: %d operations in the OpenAPI description", method.FullName(), got[id])
		}
	}
}
