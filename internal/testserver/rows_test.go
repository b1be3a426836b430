package testserver_test

import (
	"slices"
	"strings"
)

// who may call a method, on an object. It is stated here by hand, and not taken from
// the schema, so that a rule that is changed there by mistake is noticed here.
type who int

const (
	everyone who = iota
	signedIn
	// sees: whoever the object exists for: its own people, and who the profile or the
	// published record is for.
	sees
	viewer
	editor
	owner
	auditor
	verifier
	administrator
	// itself: the principal, or one of those that a record is about; and who administers.
	itself
	// alone: the principal, and nobody else at all.
	alone
)

// row says who may call a method.
type row struct {
	may who
	// field is the request's field that names the object; empty: there is none.
	field string
	// below are names of objects below each subject; empty: the subject itself.
	below []string
}

var (
	onOrganization = []string{atelier, bottega, cava}
	onInvestor     = []string{alba, borea}
	onBoth         = append(slices.Clone(onOrganization), onInvestor...)
)

// subjects are the objects of a row.
func (r row) objects() []string {
	var names []string
	for _, below := range r.below {
		kind, rest, _ := strings.Cut(below, " ")
		subjects := map[string][]string{"o": onOrganization, "i": onInvestor, "b": onBoth, "p": {"principals/someone"}}[kind]
		for _, subject := range subjects {
			names = append(names, subject+rest)
		}
	}
	return names
}

// matrix has a row for every method of the interface.
var matrix = map[string]row{
	"AssessmentService/GetAssessment":     {sees, "name", []string{"o /assessments/disclosed"}},
	"AssessmentService/ListAssessments":   {viewer, "parent", []string{"o "}},
	"AssessmentService/PreviewAssessment": {signedIn, "", nil},
	"AssessmentService/GetRubric":         {everyone, "", nil},

	"AttestationService/CreateAttestation": {verifier, "parent", []string{"o "}},
	"AttestationService/GetAttestation":    {owner, "name", []string{"o /attestations/none"}},
	"AttestationService/ListAttestations":  {sees, "parent", []string{"o "}},
	"AttestationService/DeleteAttestation": {owner, "name", []string{"o /attestations/none"}},

	"AuditService/GetAuditEntry":    {auditor, "", nil},
	"AuditService/ListAuditEntries": {auditor, "", nil},
	"AuditService/VerifyAuditLog":   {auditor, "", nil},
	"AuditService/ListAccesses":     {owner, "parent", []string{"b "}},

	"BackupService/CreateBackup": {administrator, "", nil},

	"BookmarkService/CreateBookmark": {editor, "parent", []string{"b "}},
	"BookmarkService/GetBookmark":    {viewer, "name", []string{"b /bookmarks/none"}},
	"BookmarkService/ListBookmarks":  {viewer, "parent", []string{"b "}},
	"BookmarkService/UpdateBookmark": {editor, "bookmark.name", []string{"b /bookmarks/none"}},
	"BookmarkService/DeleteBookmark": {editor, "name", []string{"b /bookmarks/none"}},

	"CanvasService/GetCanvas":             {viewer, "name", []string{"o /canvas"}},
	"CanvasService/UpdateCanvas":          {editor, "canvas.name", []string{"o /canvas"}},
	"CanvasService/GetCanvasRevision":     {viewer, "name", []string{"o /canvas/revisions/1"}},
	"CanvasService/ListCanvasRevisions":   {viewer, "parent", []string{"o /canvas"}},
	"CanvasService/RestoreCanvasRevision": {editor, "name", []string{"o /canvas/revisions/1"}},

	"ContactService/GetOrganizationContact":    {viewer, "name", []string{"o /contact"}},
	"ContactService/UpdateOrganizationContact": {editor, "organization_contact.name", []string{"o /contact"}},
	"ContactService/GetInvestorContact":        {viewer, "name", []string{"i /contact"}},
	"ContactService/UpdateInvestorContact":     {editor, "investor_contact.name", []string{"i /contact"}},

	"DealService/CreateDeal": {editor, "parent", []string{"i "}},
	"DealService/GetDeal":    {viewer, "name", []string{"i /deals/untold"}},
	"DealService/ListDeals":  {sees, "parent", []string{"i "}},
	"DealService/UpdateDeal": {editor, "deal.name", []string{"i /deals/untold"}},
	"DealService/DeleteDeal": {editor, "name", []string{"i /deals/untold"}},

	"ExchangeRateService/CreateExchangeRates": {administrator, "", nil},
	"ExchangeRateService/GetExchangeRates":    {signedIn, "", nil},
	"ExchangeRateService/ListExchangeRates":   {signedIn, "", nil},
	"ExchangeRateService/UpdateExchangeRates": {administrator, "", nil},
	"ExchangeRateService/DeleteExchangeRates": {administrator, "", nil},
	"ExchangeRateService/LookupExchangeRates": {signedIn, "", nil},

	"IntroductionService/CreateIntroduction":   {editor, "introduction.need", []string{"o /needs/stage"}},
	"IntroductionService/GetIntroduction":      {itself, "", nil},
	"IntroductionService/ListIntroductions":    {signedIn, "", nil},
	"IntroductionService/AcceptIntroduction":   {itself, "", nil},
	"IntroductionService/DeclineIntroduction":  {itself, "", nil},
	"IntroductionService/WithdrawIntroduction": {itself, "", nil},
	"IntroductionService/AdvanceIntroduction":  {itself, "", nil},
	"IntroductionService/PublishIntroduction":  {itself, "", nil},

	"InvestorService/CreateInvestor":          {signedIn, "", nil},
	"InvestorService/GetInvestor":             {sees, "name", []string{"i "}},
	"InvestorService/ListInvestors":           {signedIn, "", nil},
	"InvestorService/UpdateInvestor":          {editor, "investor.name", []string{"i "}},
	"InvestorService/SetInvestorVerification": {verifier, "name", []string{"i "}},
	"InvestorService/DeleteInvestor":          {owner, "name", []string{"i "}},

	"MandateService/CreateMandate": {editor, "parent", []string{"i "}},
	"MandateService/GetMandate":    {sees, "name", []string{"i /mandates/silent"}},
	"MandateService/ListMandates":  {sees, "parent", []string{"i "}},
	"MandateService/UpdateMandate": {editor, "mandate.name", []string{"i /mandates/silent", "i /mandates/drafted"}},
	"MandateService/VerifyMandate": {editor, "name", []string{"i /mandates/silent"}},
	"MandateService/DeleteMandate": {editor, "name", []string{"i /mandates/silent"}},

	"MatchService/MatchNeeds":           {viewer, "mandate", []string{"i /mandates/weighs", "i /mandates/drafted"}},
	"MatchService/MatchMandates":        {viewer, "need", []string{"o /needs/stage", "o /needs/drafted"}},
	"MatchService/PreviewMatchNeeds":    {viewer, "investor", []string{"i "}},
	"MatchService/PreviewMatchMandates": {viewer, "organization_name", []string{"o "}},
	"MatchService/ExplainMatch":         {viewer, "need", []string{"o /needs/stage"}},
	"MatchService/ProposeFinancingMix":  {viewer, "need", []string{"o /needs/stage"}},
	"MatchService/CompareMatches":       {viewer, "need", []string{"o /needs/stage"}},
	"MatchService/GetRankingPolicy":     {everyone, "", nil},

	"MembershipService/CreateMembership": {owner, "membership.resource", []string{"b "}},
	"MembershipService/GetMembership":    {itself, "", nil},
	"MembershipService/ListMemberships":  {signedIn, "", nil},
	"MembershipService/UpdateMembership": {itself, "", nil},
	"MembershipService/DeleteMembership": {itself, "", nil},
	"MembershipService/AcceptMembership": {itself, "", nil},
	"MembershipService/InviteMember":     {owner, "resource", []string{"b "}},

	"NeedService/CreateNeed": {editor, "parent", []string{"o "}},
	"NeedService/GetNeed":    {sees, "name", []string{"o /needs/stage"}},
	"NeedService/ListNeeds":  {sees, "parent", []string{"o "}},
	"NeedService/UpdateNeed": {editor, "need.name", []string{"o /needs/stage", "o /needs/drafted"}},
	"NeedService/DeleteNeed": {editor, "name", []string{"o /needs/stage"}},

	"OrganizationService/CreateOrganization": {signedIn, "", nil},
	"OrganizationService/GetOrganization":    {sees, "name", []string{"o "}},
	"OrganizationService/ListOrganizations":  {signedIn, "", nil},
	"OrganizationService/UpdateOrganization": {editor, "organization.name", []string{"o "}},
	"OrganizationService/DeleteOrganization": {owner, "name", []string{"o "}},
	"OrganizationService/VerifyOrganization": {editor, "name", []string{"o "}},

	"PrincipalService/CreatePrincipal": {administrator, "", nil},
	"PrincipalService/GetPrincipal":    {itself, "name", []string{"p "}},
	"PrincipalService/ListPrincipals":  {administrator, "", nil},
	"PrincipalService/UpdatePrincipal": {itself, "principal.name", []string{"p "}},
	"PrincipalService/DeletePrincipal": {administrator, "name", []string{"p "}},
	"PrincipalService/IssueLink":       {administrator, "", nil},
	"PrincipalService/SetPassword":     {alone, "name", []string{"p "}},
	"PrincipalService/CreateApiKey":    {alone, "parent", []string{"p "}},
	"PrincipalService/GetApiKey":       {itself, "name", []string{"p /apiKeys/none"}},
	"PrincipalService/ListApiKeys":     {itself, "parent", []string{"p "}},
	"PrincipalService/RotateApiKey":    {alone, "name", []string{"p /apiKeys/none"}},
	"PrincipalService/DeleteApiKey":    {itself, "name", []string{"p /apiKeys/none"}},

	"PrivacyService/CreateConsent":   {itself, "parent", []string{"p "}},
	"PrivacyService/GetConsent":      {itself, "name", []string{"p /consents/none"}},
	"PrivacyService/ListConsents":    {itself, "parent", []string{"p "}},
	"PrivacyService/WithdrawConsent": {itself, "name", []string{"p /consents/none"}},
	"PrivacyService/ExportSubject":   {owner, "name", []string{"b ", "p "}},
	"PrivacyService/EraseSubject":    {owner, "name", []string{"b ", "p "}},

	"ReportService/GetExposureReport":    {auditor, "", nil},
	"ReportService/ListLikelyDuplicates": {administrator, "", nil},

	"SessionService/SignIn":            {everyone, "", nil},
	"SessionService/RedeemLink":        {everyone, "", nil},
	"SessionService/GetCurrentSession": {signedIn, "", nil},
	"SessionService/SignOut":           {signedIn, "", nil},
}
