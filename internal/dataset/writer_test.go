package dataset_test

import (
	"bytes"
	"errors"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/dataset"
)

func investorRecord() *maecenasv1.Record {
	return &maecenasv1.Record{Resource: &maecenasv1.Record_Investor{Investor: &maecenasv1.Investor{
		Name: "investors/x-x", DisplayName: "A <b> & \u2028 c", Uid: "u", Etag: "e", CreateTime: timestamppb.New(timestamppb.Now().AsTime()),
		Verification: &maecenasv1.Investor_Verification{State: maecenasv1.Investor_Verification_VERIFIED},
	}}}
}

func TestWriterLeavesOutWhatTheServerMakes(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := dataset.NewWriter(&b, dataset.WriteOptions{})
	record := investorRecord()
	if err := w.Write(record); err != nil {
		t.Fatal(err)
	}
	want := "{\"investor\":{\"name\":\"investors/x-x\",\"displayName\":\"A <b> & \u2028 c\"}}\n"
	if b.String() != want {
		t.Errorf("wrote %s, want %s", b.String(), want)
	}
	if record.GetInvestor().GetUid() == "" {
		t.Error("the caller's record was changed")
	}
	b.Reset()
	w = dataset.NewWriter(&b, dataset.WriteOptions{KeepServerFields: true})
	if err := w.Write(record); err != nil {
		t.Fatal(err)
	}
	for row := range dataset.Read(&b, dataset.ReadOptions{}) {
		if !proto.Equal(row.Record, record) {
			t.Errorf("read again: %v", row)
		}
	}
}

func TestWriterKeepsTheOrderOfAnImport(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := dataset.NewWriter(&b, dataset.WriteOptions{})
	if err := w.Write(investorRecord()); err != nil {
		t.Fatal(err)
	}
	before := b.String()
	need := &maecenasv1.Record{Resource: &maecenasv1.Record_Need{Need: &maecenasv1.Need{Name: "organizations/a/needs/b"}}}
	if err := w.Write(need); !errors.Is(err, dataset.ErrOrder) {
		t.Errorf("a need after an investor: %v", err)
	}
	if err := w.Write(&maecenasv1.Record{}); err == nil {
		t.Error("a record without a resource is written")
	}
	if b.String() != before || w.Count() != 1 {
		t.Errorf("%d records, %q", w.Count(), b.String())
	}
	for i, k := range dataset.Kinds() {
		if int(k) != i+1 || k.String() == "none" {
			t.Errorf("kind %d is %v", i, k)
		}
	}
}

// TestExportAndImportAgree reads what was written of the whole demo data.
func TestExportAndImportAgree(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := dataset.NewWriter(&b, dataset.WriteOptions{})
	records := demoRecords(t)
	for _, r := range records {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	i := 0
	for row, err := range dataset.Read(&b, dataset.ReadOptions{}) {
		if err != nil || row.Rejection != nil {
			t.Fatal(err, row.Rejection)
		}
		if !proto.Equal(row.Record, records[i]) {
			t.Fatalf("record %d differs", i)
		}
		i++
	}
	if i != len(records) {
		t.Errorf("%d of %d records", i, len(records))
	}
}

func BenchmarkRead(b *testing.B) {
	var text bytes.Buffer
	w := dataset.NewWriter(&text, dataset.WriteOptions{})
	for _, r := range demoRecords(b) {
		if err := w.Write(r); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		for row := range dataset.Read(bytes.NewReader(text.Bytes()), dataset.ReadOptions{}) {
			if row.Rejection != nil {
				b.Fatal(row.Rejection)
			}
		}
	}
	b.ReportMetric(float64(w.Count()*b.N)/b.Elapsed().Seconds(), "records/s")
}
