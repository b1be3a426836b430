package table_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/dataset/table"
	"github.com/maecenas-cci/maecenas/internal/sheet"
	"github.com/maecenas-cci/maecenas/testdata/demo"
)

// told is a rejection as a test compares it.
type told struct {
	Line          int
	Field, Reason string
}

func read(t interface{ Fatal(...any) }, text string, o table.ReadOptions) (records []*maecenasv1.Record, rejections []told) {
	for row, err := range table.Read(strings.NewReader(text), o) {
		if err != nil {
			t.Fatal(err)
		}
		if r := row.Rejection; r != nil {
			rejections = append(rejections, told{r.Line, r.Field, r.Reason})
		} else {
			records = append(records, row.Record)
		}
	}
	return records, rejections
}

func TestATableWrittenByHand(t *testing.T) {
	t.Parallel()
	text := "\ufeffname;display name;legal_form;helixRole;place.countryCode;activities.code;activities.scheme;activities.shareBp;" +
		"labels;financials.currencyCode;financials.cash;financials.revenue12m;listed;foundedDate;\r\n" +
		"# why;;;;;;;;;;;;;;\r\n" +
		"organizations/a-a;\"Studio \"\"A\"\"\";limited company;COMPANY;IT;59.11; NACE_2;;circus\\;arts; EUR ;-1 234;12'000,00;Yes;2011-02-03;\r\n" +
		"organizations/b-b;B;ASSOCIATION;CIVIL-SOCIETY;GR;90.01;nace_2;10000;;;;;;\r\n"
	text = strings.Replace(text, "59.11; NACE_2;;circus", "\"59.11; 59.12\";\" NACE_2;NACE_2_1\";\";3000\";circus", 1)
	text = strings.Replace(text, "circus\\;arts", "\"circus\\;arts; x\"", 1)
	records, rejections := read(t, text, table.ReadOptions{})
	if len(rejections) > 0 {
		t.Fatalf("rejected: %+v", rejections)
	}
	want := []*maecenasv1.Record{{Resource: &maecenasv1.Record_Organization{Organization: &maecenasv1.Organization{
		Name: "organizations/a-a", DisplayName: `Studio "A"`, LegalForm: maecenasv1.Organization_LIMITED_COMPANY,
		HelixRole: maecenasv1.Organization_COMPANY, Place: &maecenasv1.Place{CountryCode: "IT"},
		Activities: []*maecenasv1.Activity{
			{Scheme: maecenasv1.Activity_NACE_2, Code: "59.11"},
			{Scheme: maecenasv1.Activity_NACE_2_1, Code: "59.12", ShareBp: proto.Int32(3000)},
		},
		Labels: []string{"circus;arts", "x"}, Listed: true, FoundedDate: proto.String("2011-02-03"),
		Financials: &maecenasv1.Financials{CurrencyCode: "EUR", Cash: proto.Int64(-1234), Revenue12M: proto.Int64(12000)},
	}}}, {Resource: &maecenasv1.Record_Organization{Organization: &maecenasv1.Organization{
		Name: "organizations/b-b", DisplayName: "B", LegalForm: maecenasv1.Organization_ASSOCIATION,
		HelixRole: maecenasv1.Organization_CIVIL_SOCIETY, Place: &maecenasv1.Place{CountryCode: "GR"},
		Activities: []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_NACE_2, Code: "90.01", ShareBp: proto.Int32(10000)}},
	}}}}
	if diff := cmp.Diff(want, records, protocmp.Transform()); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

func TestFaultsSayWhereAndWhy(t *testing.T) {
	t.Parallel()
	text := "name,displayName,legalForm,activities.code,activities.scheme,labels,financials.cash,listed,,languages\n" +
		"organizations/a-a,A,GUILD,59.11;59.12,NACE_2,x,1.500,maybe,,it\n" +
		"organizations/b-b,B,OTHER,59.11,NACE,x;;y,99999999999999999999,,note,it,more\n" +
		"organizations/c-c,\"C\"d,OTHER,,,,,,,\n" +
		"organizations/d-d,D,OTHER,,,,,,,it\n"
	records, rejections := read(t, text, table.ReadOptions{})
	want := []told{
		{2, "organization.legalForm", "must be one of SOLE_TRADER, PARTNERSHIP, UNINCORPORATED, COOPERATIVE, ASSOCIATION, FOUNDATION, LIMITED_COMPANY, PUBLIC_COMPANY, SOCIAL_ENTERPRISE, PUBLIC_BODY, OTHER"},
		{2, "organization.activities.code", "has 2 values where activities.scheme has 1"},
		{2, "organization.financials.cash", "must be a whole number without full stops and commas, such as 1500"},
		{2, "organization.listed", "must be true or false"},
		{3, "", "cell 9 stands under no column"},
		{3, "", "cell 11 stands under no column"},
		{3, "organization.activities[0].scheme", "must be one of NACE_2, NACE_2_1, OTHER"},
		{3, "organization.labels[1]", "is empty"},
		{3, "organization.financials.cash", "must be a whole number of 64 bits"},
		{4, "organization.displayName", "has text after its closing quote: write a quote within quotes twice"},
	}
	if diff := cmp.Diff(want, rejections); diff != "" {
		t.Errorf("rejections (-want +got):\n%s", diff)
	}
	if len(records) != 1 || dataset.NameOf(records[0]) != "organizations/d-d" {
		t.Errorf("records: %v", records)
	}
}

func TestHeadersThatAreNotUnderstood(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		header string
		kind   dataset.Kind
		want   []told
	}{
		{"shoe,size", dataset.KindNone, []told{{1, "", "this row names no column of any table: the first row names the columns, such as name or displayName"}}},
		{"name,displayName", dataset.KindNone, []told{{1, "", "these columns could be those of organizations or investors: say which kind it is"}}},
		{"name,displayName,legalForm,countryCode,legal_form,shoeSize", dataset.KindNone, []told{
			{1, "organization.countryCode", "is no column of organizations: did you mean place.countryCode?"},
			{1, "organization.legal_form", "stands over column 3 too"},
			{1, "organization.shoeSize", "is no column of organizations"},
		}},
		{"name,uid", dataset.KindDeal, []told{{1, "deal.uid", "is no column of deals"}}},
		{"name,\"x\"y", dataset.KindDeal, []told{{1, "", "has text after its closing quote: write a quote within quotes twice"}}},
	} {
		records, rejections := read(t, test.header+"\nx-x,y\n", table.ReadOptions{Kind: test.kind})
		if diff := cmp.Diff(test.want, rejections); diff != "" || len(records) > 0 {
			t.Errorf("%s: %d records; rejections (-want +got):\n%s", test.header, len(records), diff)
		}
	}
	if records, rejections := read(t, "name,displayName\nx-x,y\n", table.ReadOptions{Kind: dataset.KindInvestor}); len(records) != 1 || len(rejections) > 0 {
		t.Errorf("a kind that was said: %v, %v", records, rejections)
	}
}

func TestCanvasRows(t *testing.T) {
	t.Parallel()
	text := "name,block,currencyCode,id,title,segmentIds,segmentId,kind,annualAmount,rights.kind,rights.ownedShareBp,unitEconomics.unit\n" +
		"organizations/a-a/canvas,,EUR,,,,,,,,,ticket\n" +
		",customerSegments,,seg,Visitors,,,,,,,\n" +
		",Channels,EUR,web,Web,seg; other,,,,,,\n" +
		",revenueStreams,,tix,Tickets,,seg,ticketing,1000,,,\n" +
		",keyResources,,film,Film,,,INTELLECTUAL,,COPYRIGHT;TRADEMARK,;10000,\n" +
		"organizations/b-b/canvas,,EUR,x,,,,,,,,\n" +
		"organizations/b-b/canvas,channels,USD,web,,,seg,,x,,,\n" +
		"organizations/b-b/canvas,doors,,,,,,,,,,\n" +
		"organizations/b-b/canvas,keyResources,,,,,,SPIRITUAL,,,,\n" +
		"organizations/a-a/canvas,channels,,late,,,,,,,,\n"
	var rows []dataset.Row
	var rejections []told
	for row, err := range table.Read(strings.NewReader(text), table.ReadOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		if r := row.Rejection; r != nil {
			rejections = append(rejections, told{r.Line, r.Field, r.Reason})
		} else {
			rows = append(rows, row)
		}
	}
	want := []told{
		{7, "canvas.id", "belongs to an item: name its block"},
		{8, "canvas.currencyCode", "differs from what the canvas has in another row"},
		{8, "canvas.segmentId", "is nothing that channels have"},
		{8, "canvas.annualAmount", "is nothing that channels have"},
		{9, "canvas.block", "must be empty or one of customerSegments, valuePropositions, channels, customerRelationships, revenueStreams, keyResources, keyActivities, keyPartnerships, costItems, moats"},
		{10, "canvas.keyResources[0].kind", "must be one of PHYSICAL, INTELLECTUAL, HUMAN, FINANCIAL"},
		{11, "canvas.name", "has rows from line 2 on already: the rows of a canvas stand together"},
	}
	if diff := cmp.Diff(want, rejections); diff != "" {
		t.Errorf("rejections (-want +got):\n%s", diff)
	}
	if len(rows) != 1 {
		t.Fatalf("%d canvases", len(rows))
	}
	canvas := &maecenasv1.Canvas{
		Name: "organizations/a-a/canvas", CurrencyCode: "EUR", UnitEconomics: &maecenasv1.UnitEconomics{Unit: "ticket"},
		CustomerSegments: []*maecenasv1.CustomerSegment{{Id: "seg", Title: "Visitors"}},
		Channels:         []*maecenasv1.Channel{{Id: "web", Title: "Web", SegmentIds: []string{"seg", "other"}}},
		RevenueStreams: []*maecenasv1.RevenueStream{
			{Id: "tix", Title: "Tickets", SegmentId: "seg", Kind: maecenasv1.RevenueStream_TICKETING, AnnualAmount: proto.Int64(1000)},
		},
		KeyResources: []*maecenasv1.KeyResource{{Id: "film", Title: "Film", Kind: maecenasv1.KeyResource_INTELLECTUAL, Rights: []*maecenasv1.Right{
			{Kind: maecenasv1.Right_COPYRIGHT}, {Kind: maecenasv1.Right_TRADEMARK, OwnedShareBp: proto.Int32(10000)},
		}}},
	}
	if diff := cmp.Diff(canvas, rows[0].Record.GetCanvas(), protocmp.Transform()); diff != "" {
		t.Errorf("canvas (-want +got):\n%s", diff)
	}
	for field, line := range map[string]int{
		"canvas.channels[0].segmentIds[1]": 4, "canvas.keyResources[0]": 6, "canvas.keyResources[01]": 2, "canvas.currencyCode": 2,
	} {
		if got := rows[0].LineOf(field); got != line {
			t.Errorf("%s stands in line %d, want %d", field, got, line)
		}
	}
}

func TestJSONInACell(t *testing.T) {
	t.Parallel()
	text := "name,title,requirements,weights,instruments.instrument\n" +
		`investors/a-a/mandates/b-b,T,"[{""readiness"":{""level"":3}},` + "\n" + ` {""not"":{""place"":{}}}]",SECTOR=30; TEAM = 20,GRANT` + "\n" +
		`investors/a-a/mandates/c-c,T,"[{""readiness"":{""height"":3}}]",SECTOR; SECTOR=1; SECTOR=2,` + "\n" +
		`investors/a-a/mandates/d-d,T,[}],,` + "\n" +
		`investors/a-a/mandates/e-e,T,"[]}, ""x"":[",,` + "\n"
	records, rejections := read(t, text, table.ReadOptions{})
	if len(records) != 1 || len(records[0].GetMandate().GetRequirements()) != 2 || records[0].GetMandate().GetWeights()["TEAM"] != 20 {
		t.Errorf("records: %v", records)
	}
	want := []told{
		{4, "mandate.requirements[0].readiness.height", `unknown field "height"`},
		{4, "mandate.weights", "must be KEY=value, separated by ;"},
		{4, "mandate.weights", `has "SECTOR" twice`},
		{5, "mandate.requirements", "is no JSON: invalid character '}' looking for beginning of value"},
		{6, "mandate.requirements", "is no JSON: invalid character '}' after top-level value"},
	}
	if diff := cmp.Diff(want, rejections); diff != "" {
		t.Errorf("rejections (-want +got):\n%s", diff)
	}
}

func demoRecords(t testing.TB, kind dataset.Kind) []*maecenasv1.Record {
	t.Helper()
	var records []*maecenasv1.Record
	for _, name := range demo.Names() {
		file, err := demo.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range dataset.Read(file, dataset.ReadOptions{}) {
			if err != nil || row.Rejection != nil {
				t.Fatal(err, row.Rejection)
			}
			if dataset.KindOf(row.Record) == kind {
				records = append(records, row.Record)
			}
		}
	}
	return records
}

func write(t interface{ Fatal(...any) }, kind dataset.Kind, o sheet.WriteOptions, records ...*maecenasv1.Record) string {
	var b bytes.Buffer
	w, err := table.NewWriter(&b, kind, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestDemoThroughTables: the demo data hold nothing that a table does not carry.
func TestDemoThroughTables(t *testing.T) {
	t.Parallel()
	for _, kind := range dataset.Kinds() {
		records := demoRecords(t, kind)
		for _, o := range []sheet.WriteOptions{{}, {Separator: ';', ByteOrderMark: true}, {Separator: '\t'}} {
			got, rejections := read(t, write(t, kind, o, records...), table.ReadOptions{})
			if len(rejections) > 0 {
				t.Errorf("%s: rejected: %+v", kind, rejections)
			}
			if diff := cmp.Diff(records, got, protocmp.Transform()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", kind, diff)
			}
		}
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	for _, kind := range dataset.Kinds() {
		var b bytes.Buffer
		if err := table.WriteTemplate(&b, kind, sheet.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		if records, rejections := read(t, b.String(), table.ReadOptions{}); len(records) > 0 || len(rejections) > 0 {
			t.Errorf("%s: a template holds %d records, %v", kind, len(records), rejections)
		}
		var rows [][]string
		for row, err := range sheet.Read(&b, sheet.ReadOptions{}) {
			if err != nil || row.Fault != "" {
				t.Fatal(err, row.Fault)
			}
			rows = append(rows, row.Cells)
		}
		examples := min(1, len(demoRecords(t, kind)))
		if len(rows) < 2+examples {
			t.Fatalf("%s: %d rows", kind, len(rows))
		}
		for i, name := range rows[0] {
			if len(rows[1][i]) < 8 || !strings.HasSuffix(rows[1][i], ".") {
				t.Errorf("%s: %s is explained as %q", kind, name, rows[1][i])
			}
		}
		// The example without its marks is a record.
		text := strings.NewReplacer("\r\n# ", "\r\n", "\r\n\"# ", "\r\n\"")
		var again bytes.Buffer
		if err := table.WriteTemplate(&again, kind, sheet.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitN(again.String(), "\r\n", 3)
		records, rejections := read(t, lines[0]+text.Replace("\r\n"+lines[2]), table.ReadOptions{})
		if len(records) != examples || len(rejections) > 0 {
			t.Errorf("%s: the example holds %d records, %v", kind, len(records), rejections)
		}
	}
}

func TestWriterKeepsToItsKind(t *testing.T) {
	t.Parallel()
	if _, err := table.NewWriter(&bytes.Buffer{}, dataset.KindNone, sheet.WriteOptions{}); err == nil {
		t.Error("a table of no kind")
	}
	w, err := table.NewWriter(&bytes.Buffer{}, dataset.KindNeed, sheet.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(demoRecords(t, dataset.KindDeal)[0]); err == nil {
		t.Error("a deal in a table of needs")
	}
	if got := write(t, dataset.KindNeed, sheet.WriteOptions{}); !strings.HasPrefix(got, "name,externalIds.system") {
		t.Errorf("an empty table begins %q", got)
	}
}

// FuzzRead holds that whatever comes in is a record or a rejection, and that
// what is a record is one again when it is written.
func FuzzRead(f *testing.F) {
	for _, kind := range dataset.Kinds() {
		if records := demoRecords(f, kind); len(records) > 0 {
			f.Add([]byte(write(f, kind, sheet.WriteOptions{}, records[0])))
		}
	}
	f.Add([]byte("name,block,id\n,,\n,channels,\n\"x,,"))
	f.Add([]byte("name,weights,requirements,title\n,A=1;A=2,\"[{\"\"not\"\":\",\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		o := table.ReadOptions{MaxBytes: 1 << 16, Sheet: sheet.ReadOptions{MaxRow: 1 << 12, MaxCells: 200}}
		for row, err := range table.Read(bytes.NewReader(text), o) {
			if err != nil {
				break
			}
			if (row.Record == nil) == (row.Rejection == nil) || row.Line < 1 {
				t.Fatalf("row %+v", row)
			}
			if row.Record == nil {
				continue
			}
			kind := dataset.KindOf(row.Record)
			written := write(t, kind, sheet.WriteOptions{}, row.Record)
			again, rejections := read(t, written, table.ReadOptions{Kind: kind})
			if len(rejections) > 0 || len(again) > 1 {
				t.Fatalf("%q is %d records, %+v", written, len(again), rejections)
			}
		}
	})
}

// TestRecordsThroughTables holds for anything a table carries.
func TestRecordsThroughTables(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(dataset.Kinds()).Draw(t, "kind")
		record := drawRecord(t, kind)
		o := sheet.WriteOptions{Separator: rapid.SampledFrom([]byte{',', ';', '\t'}).Draw(t, "separator")}
		text := write(t, kind, o, record)
		got, rejections := read(t, text, table.ReadOptions{Kind: kind, Sheet: sheet.ReadOptions{Separator: o.Separator}})
		if len(rejections) > 0 || len(got) != 1 {
			t.Fatalf("%d records, rejected %+v of %q", len(got), rejections, text)
		}
		if diff := cmp.Diff(record, got[0], protocmp.Transform()); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", text, diff)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for _, kind := range []dataset.Kind{dataset.KindOrganization, dataset.KindCanvas} {
		records := demoRecords(b, kind)
		text := write(b, kind, sheet.WriteOptions{}, records...)
		b.Run(kind.Plural(), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				for row := range table.Read(strings.NewReader(text), table.ReadOptions{}) {
					if row.Rejection != nil {
						b.Fatal(row.Rejection)
					}
				}
			}
			b.ReportMetric(float64(len(records)*b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}
