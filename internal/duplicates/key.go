package duplicates

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// key is what an organization is compared by; what is empty is not known.
type key struct {
	ids  []string
	site string
	// name is the folded name without its legal form; sorted has its words in
	// order, and numbers those that are numbers.
	name, sorted, numbers string
	// country, region and locality are where it is, each within the one before.
	country, region, locality string
}

func keyOf(o *Organization) key {
	words := nameWords(o.Name)
	k := key{site: siteOf(o.WebsiteURI), name: strings.Join(words, " "), country: o.CountryCode}
	for _, id := range o.ExternalIDs {
		if id = plainID(id); id != "" && !slices.Contains(k.ids, id) {
			k.ids = append(k.ids, id)
		}
	}
	if region := o.RegionCode; region != "" {
		// Two levels of NUTS are a region; ISO 3166-2 codes have a hyphen.
		if !strings.Contains(region, "-") && len(region) > 4 {
			region = region[:4]
		}
		k.region = joined(o.CountryCode, region)
	}
	k.locality = joined(o.CountryCode, strings.Join(foldWords(o.Locality), " "))
	slices.Sort(words)
	k.sorted = strings.Join(words, " ")
	k.numbers = strings.Join(slices.DeleteFunc(words, func(w string) bool { return !strings.ContainsAny(w, "0123456789") }), " ")
	return k
}

// plainID is an id without its punctuation, or nothing where it is too short to
// tell two organizations apart.
func plainID(id string) string {
	id = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, id)
	if len(id) < 6 || !strings.ContainsAny(id, "0123456789") {
		return ""
	}
	return id
}

// sharedHosts have the pages of many; their paths tell whose they are.
var sharedHosts = strings.Fields(`facebook.com instagram.com linkedin.com youtube.com x.com twitter.com tiktok.com
	vimeo.com soundcloud.com spotify.com linktr.ee google.com etsy.com behance.net kickstarter.com patreon.com
	gofundme.com medium.com github.com produzionidalbasso.com ulule.com`)

// siteOf is the host of a web site, and the page where the host has many.
func siteOf(uri string) string {
	if uri == "" {
		return ""
	}
	if !strings.Contains(uri, "://") {
		uri = "https://" + uri
	}
	u, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	host := strings.TrimPrefix(strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), "www.")
	for _, shared := range sharedHosts {
		if host == shared || strings.HasSuffix(host, "."+shared) {
			if page := strings.ToLower(strings.Trim(u.Path, "/")); page != "" {
				return joined(shared, page)
			}
			if host == shared {
				return ""
			}
			return host // somebody's own, such as somebody.etsy.com
		}
	}
	return host
}

// letters are those that do not come apart into a plain letter and a mark.
var letters = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ð", "d", "ß", "ss", "æ", "ae", "œ", "oe", "þ", "th", "ı", "i", "ħ", "h", "ς", "σ")

// foldWords are the words of a text in small letters without marks. Letters that
// stand alone one after another are one word, as the points between them in
// S.r.l. may be left out.
func foldWords(text string) []string {
	text = letters.Replace(strings.ToLower(text))
	fields := strings.FieldsFunc(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || r == '\'' || r == '’' {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	words := fields[:0]
	alone := false
	for _, word := range fields {
		only, size := utf8.DecodeRuneInString(word)
		letter := size == len(word) && unicode.IsLetter(only)
		if letter && alone {
			words[len(words)-1] += word
			continue
		}
		words, alone = append(words, word), letter
	}
	return words
}

// legalForms are the words and abbreviations of legal forms, folded, as they
// stand at either end of names in Europe and around the Mediterranean.
var legalForms = func() map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(`
		srl srls spa sapa snc sas scarl scrl scs coop soccoop onlus aps ets odv asd impresasociale
		sarl sasu eurl sa sci scop scic sl slu sll sau sccl slne lda ltda unipessoal
		gmbh ug ag kg ohg gbr ev eg ggmbh mbh haftungsbeschrankt bv nv vof vzw asbl sprl srlb
		ltd limited plc llp llc inc corp co cic incorporated
		ab aps oy oyj as asa hf ehf is ou uab sia doo dd jdoo obrt kft zrt bt nyrt sro spzoo
		ood eood ad ead srlro epe ae ike oe ee koinsep monoike sti as ltdsti`) {
		set[word] = true
	}
	return set
}()

// legalPhrases are legal forms of several words, folded.
var legalPhrases = [][]string{
	{"societa", "a", "responsabilita", "limitata", "semplificata"}, {"societa", "a", "responsabilita", "limitata"},
	{"societa", "per", "azioni"}, {"societa", "cooperativa", "sociale"}, {"societa", "cooperativa"}, {"soc", "coop"},
	{"impresa", "sociale"}, {"societe", "a", "responsabilite", "limitee"}, {"sociedad", "limitada"}, {"sociedad", "anonima"},
	{"societe", "anonyme"}, {"gesellschaft", "mit", "beschrankter", "haftung"}, {"sp", "zoo"},
	{"ικε"}, {"αε"}, {"επε"}, {"οε"}, {"κοινσεπ"}, {"αμκε"},
}

// nameWords are the words of a name without its legal form; of a name that is
// nothing else, all.
func nameWords(name string) []string {
	words := foldWords(name)
	rest := words
	for {
		shorter := withoutForm(rest)
		if len(shorter) == 0 {
			break
		}
		if len(shorter) == len(rest) {
			return rest
		}
		rest = shorter
	}
	return rest
}

// withoutForm takes one legal form off either end.
func withoutForm(words []string) []string {
	if len(words) == 0 {
		return words
	}
	for _, phrase := range legalPhrases {
		switch n := len(phrase); {
		case n > len(words):
		case slices.Equal(words[len(words)-n:], phrase):
			return words[:len(words)-n]
		case slices.Equal(words[:n], phrase):
			return words[n:]
		}
	}
	switch last := len(words) - 1; {
	case legalForms[words[last]]:
		return words[:last]
	case len(words[0]) > 2 && legalForms[words[0]]: // As and Is begin names, too
		return words[1:]
	default:
		return words
	}
}
