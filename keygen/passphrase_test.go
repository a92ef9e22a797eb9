package keygen

import (
	"crypto/rand"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"testing/cryptotest"
)

func TestWordsAreSortedAndOfTheRightShape(t *testing.T) {
	t.Parallel()
	if len(words) != 1024 {
		t.Fatalf("%d words", len(words))
	}
	if !slices.IsSorted(words[:]) {
		t.Error("the words are not sorted")
	}
	longest := 0
	for _, word := range words {
		longest = max(longest, len(word))
		if len(word) < 3 || len(word) > 7 {
			t.Errorf("%q does not have three to seven letters", word)
		}
		if strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
			t.Errorf("%q does not consist of a to z", word)
		}
	}
	if longest != longestWord {
		t.Errorf("the longest word has %d letters", longest)
	}
}

// Four letters are enough to know a word, and no word is the beginning of another.
func TestWordsDifferEarly(t *testing.T) {
	t.Parallel()
	beginnings := map[string]string{}
	for _, word := range words {
		beginning := word[:min(4, len(word))]
		if other, taken := beginnings[beginning]; taken {
			t.Errorf("%q and %q begin alike", other, word)
		}
		beginnings[beginning] = word
	}
	for i, word := range words[1:] {
		if strings.HasPrefix(word, words[i]) { // sorted: what begins with a word follows it
			t.Errorf("%q is a prefix of %q", words[i], word)
		}
	}
}

// No plural, no participle, no comparative of a word that is there, as far as the spelling
// tells.
func TestWordsAreNotInflected(t *testing.T) {
	t.Parallel()
	for _, word := range words {
		if inflected(word) {
			t.Errorf("%q may be an inflection", word)
		}
	}
	for word, want := range map[string]bool{
		"cats": true, "zebras": true, "boxes": true, "ponies": true, "walked": true, "baked": true, "walking": true, "longest": true,
		"glass": false, "bus": false, "iris": false, "atlas": false, "speed": false, "sled": false, "spring": false, "forest": false,
	} {
		if inflected(word) != want {
			t.Errorf("inflected(%q) = %t", word, !want)
		}
	}
}

func inflected(word string) bool {
	hasVowel := func(text string) bool { return strings.ContainsAny(text, "aeiouy") }
	if strings.HasSuffix(word, "s") {
		return word != "atlas" && !slices.ContainsFunc([]string{"ss", "us", "is"}, func(end string) bool { return strings.HasSuffix(word, end) })
	}
	if stem, ok := strings.CutSuffix(word, "ed"); ok {
		return hasVowel(stem) && !strings.HasSuffix(word, "eed")
	}
	if stem, ok := strings.CutSuffix(word, "ing"); ok {
		return hasVowel(stem)
	}
	stem, ok := strings.CutSuffix(word, "est")
	return ok && hasVowel(stem) && !slices.Contains([]string{"forest", "harvest", "quest"}, word)
}

// What sounds like another word is spelt wrong by somebody who hears it. Each group
// sounds alike to many: in one accent or another at least.
const soundAlike = `
ail ale; air heir; aisle isle; all awl; allowed aloud; altar alter; ant aunt; arc ark; ascent assent; ate eight; auger augur; axle axel
bail bale; bald bawled; ball bawl; band banned; bard barred; bare bear; baron barren; base bass; bay bey; beach beech; bean been bin; beat beet
beau bow; bee be; beer bier; bell belle; berry bury; berth birth; billed build; bite byte bight; blew blue; bloc block; boar bore; board bored; boarder border
bold bowled; bolder boulder; bole boll bowl; born borne; borough burrow; bough bow; boy buoy; braid brayed; brake break; bread bred; brews bruise; bridal bridle; broach brooch; but butt; buy by bye
caller collar color; cannon canon; canvas canvass; capital capitol; carat carrot karat; cart kart; cash cache; cast caste; caught court; caulk cork; caw core corps; cell sell; cellar seller; cedar seeder; censor sensor; cent scent sent; cereal serial; cheap cheep; check cheque
chews choose; choir quire; choral coral; chord cord; chute shoot; cite sight site; clause claws; climb clime; click clique; close clothes; coal kohl; coarse course; coat cote; colonel kernel; comma calmer; complement compliment; coop coupe; council counsel; cousin cozen
creak creek; crews cruise; cue queue; currant current; curb kerb; cygnet signet; cymbal symbol; cypress cyprus
dam damn; dawn don; days daze; dear deer; dense dents; desert dessert; descent dissent; device devise; dew due; die dye; discreet discrete; discus discuss; dock doc; doe dough; donor doner; draft draught; drawer draw; dual duel
earn urn; ewe you yew; eye aye; faint feint; fair fare; fairy ferry; farther father; fate fete; faun fawn; feat feet; few phew; file phial; filter philter; find fined; fir fur; flair flare; flaw floor; flea flee; flecks flex; flew flu flue; floe flow; flour flower; fold foaled
for fore four; fort fought; forth fourth; foul fowl; frees freeze frieze; friar fryer; gait gate; gamble gambol; gem gym; genes jeans; gild guild; gilt guilt; gneiss nice niece; gnome nome; gorilla guerrilla; grate great; grater greater; grade grayed; grill grille; groan grown; guessed guest; guise guys
hail hale; hair hare; hall haul; hangar hanger; hart heart; hay hey; heal heel; hear here; heard herd; heroin heroine; hi high; higher hire; him hymn; hoard horde; hoarse horse; hoes hose; hole whole; holy wholly; hoop whoop; hour our
idle idol; in inn; ink inc; jam jamb; jewel joule; jinks jinx; key quay; knave nave; knead need; knight night; knit nit; knob nob; knot not; know no; knows nose; lain lane; lamb lam; lava larva; law lore; lax lacks; lay lei; lays laze; lead led; leader lieder
leaf lief; leak leek; lean lien; leased least; lens lends; lentil lintel; lessen lesson; liar lyre; links lynx; load lode; loan lone; loch lock; loop loupe; loot lute; lumbar lumber; made maid; mail male; main mane maize maze; manner manor; mantel mantle; mare mayor; mark marque; marshal martial; mask masque
massed mast; mead meed; mean mien; meat meet; medal meddle metal; mews muse; might mite; mind mined; miner minor; minks minx; mint meant; missed mist; moat mote; mode mowed; mood mooed; moor more; moose mousse; morning mourning; muscle mussel; mustard mustered; naval navel; none nun
oar ore; one won; oral aural; otter odder; overdo overdue; paced paste; packed pact; pail pale; pain pane; pair pear pare; palate palette pallet; palm parm; panda pander; passed past; pasta pastor; patience patients; pause paws; pawn porn; pea pee; peace piece; peak pique; peal peel; pearl purl; pedal peddle petal
peer pier; phase faze; pi pie; pick pic; pidgin pigeon; place plaice; plain plane; pleas please; plum plumb; pole poll; poor pour pore; praise prays; pray prey; presence presents; pride pried; prince prints; principal principle; prise prize; profit prophet; pudding putting; quarts quartz
racket racquet; rain reign rein; raise rays; rap wrap; raw roar; razor raiser; read reed; real reel; red read; review revue; rhyme rime; right rite write; ring wring; road rode; roc rock; roe row; role roll; room rheum; root route; rose rows; rough ruff; rude rued; rumor roomer; rung wrung; rye wry
sac sack; sail sale; sauce source; saw sore soar; scene seen; scull skull; sea see; seal ceil; sealing ceiling; seam seem; sear seer; seas seize; seed cede; sense scents; series ceres; serf surf; session cession; sew so sow; shake sheik; shear sheer; shoe shoo; shore sure; side sighed; sign sine; sink sync; size sighs; slay sleigh; sleight slight; sloe slow
sole soul; some sum; son sun; sort sought; spa spar; staff staph; stair stare; stake steak; stalk stork; stationary stationery; steal steel; step steppe; stile style; storey story; straight strait; suite sweet; sundae sunday; sward sword; tail tale; tare tear; taught taut torque talk; tax tacks; tea tee; team teem; tease teas; tenner tenor
tern turn; thaw thor; their there; threw through; throne thrown; thyme time; tide tied; tidal title; tie thai; timber timbre; tire tyre; to too two; toad towed; toe tow; told tolled; ton tonne; tough tuff; tract tracked; tray trey; troop troupe; tuba tuber; tuna tuner; tutor tudor; vain vane vein; vale veil; vial vile
wade weighed; wail whale; waist waste; wait weight; waive wave; walk wok; ware wear where; warn worn; watt what; wax whacks; way weigh; we wee; weak week; weather whether; weir weary; weld welled; wet whet; wheel weal; which witch; whine wine; whirled world; whit wit; wild whiled; wood would; wrote rote; yoke yolk; yore your
`

func TestWordsDoNotSoundLikeAnother(t *testing.T) {
	t.Parallel()
	groups := 0
	for group := range strings.FieldsFuncSeq(soundAlike, func(r rune) bool { return r == ';' || r == '\n' }) {
		alike := strings.Fields(group)
		if len(alike) < 2 {
			t.Errorf("no group: %q", group)
			continue
		}
		groups++
		for _, word := range alike {
			if _, found := slices.BinarySearch(words[:], word); found {
				t.Errorf("%q sounds like another: %q", word, alike)
			}
		}
	}
	if groups < 300 {
		t.Errorf("%d groups that sound alike", groups)
	}
}

// What must not come up while somebody reads a passphrase out in an incident: words that
// alarm, that offend, that are spelt otherwise across the Atlantic, or that are said while
// dictating.
const unfit = `
alarm alert army attack avalanche bang battle blast bleed blood bomb break broken bullet burn burst cancel chaos coffin collapse crash crime crisis cut cyclone danger dark dead death destroy die disaster disease down drown
drought earthquake emergency enemy erase error escape exit explode fail failure fall famine fatal fear fire flame flood gas ghost grave gun hazard hit hospital hunt hurricane hurt ill injury jail kill knife lethal lightning lose loss
missile murder outage pain panic pistol plague poison prison quake rescue rifle riot ruin shock shoot shot sick siege sink siren smoke storm strike suicide tank target terror thief thunder tornado toxic trap tsunami urgent victim virus volcano war warning weapon wound wreck
armor artifact ax axe behavior catalog center centre check color colour cozy curb defence defense dialog draft favor fiber flavor gray grey harbor honor humor jewelry labor license liter meter mold mom mum neighbor odor omelet pajama parlor plow practice program pyjama rumor savior skeptic sulfur theater tire tyre vapor vigor yogurt
beaver bloody bone breast butt cock coconut coon cow cracker crap dick dummy dyke fag fairy fanny fat fool gay gypsy hell hoe hooker hump idiot jerk jew knob lame lick loser monkey naked nude nun nut ox pansy pig poo pot prick punk queer randy rat rod rubber savage screw shaft shag slave slope slut snake spade stool stupid suck thong tit tool tramp ugly virgin weed whore witch
again capital comma dash double dot hyphen last letter minus next no number off okay on one plus point repeat space spell stop test then three triple two upper word yes
`

func TestWordsAreFit(t *testing.T) {
	t.Parallel()
	checked := 0
	for word := range strings.FieldsSeq(unfit) {
		checked++
		if _, found := slices.BinarySearch(words[:], word); found {
			t.Errorf("%q is not fit to be read out", word)
		}
	}
	if checked < 250 {
		t.Errorf("%d words looked for", checked)
	}
}

// Every word is chosen by exactly as many pairs of bytes as every other.
func TestWordsAreDrawnAlike(t *testing.T) {
	t.Parallel()
	drawn := map[string]int{}
	for pair := range 1 << 16 {
		drawn[wordOf(binary.BigEndian.AppendUint16(nil, uint16(pair)))]++
	}
	for _, word := range words {
		if drawn[word] != 1<<16/len(words) {
			t.Errorf("%q is drawn by %d pairs of 65536", word, drawn[word])
		}
	}
}

// In each place, words come as often as chance has it, and never twice the same in all.
func TestGeneratePassphrase(t *testing.T) {
	t.Parallel()
	const rounds = 8 << wordBits
	var drawn [passphraseWords]map[string]int
	for place := range drawn {
		drawn[place] = map[string]int{}
	}
	seen := map[string]bool{}
	for range rounds {
		passphrase := GeneratePassphrase()
		if seen[string(passphrase)] {
			t.Fatalf("the same passphrase again")
		}
		seen[string(passphrase)] = true
		parts := strings.Split(string(passphrase), "-")
		if len(parts) != 10 {
			t.Fatalf("%d words", len(parts))
		}
		for place, word := range parts {
			if _, found := slices.BinarySearch(words[:], word); !found {
				t.Fatalf("%q is not in the list", word)
			}
			drawn[place][word]++
		}
	}
	for place := range drawn {
		// Pearson's statistic: its mean is the degrees of freedom, 1023, its standard
		// deviation about 45. Eight of those away is chance once in 10^14.
		const mean, deviation = 1023, 45
		square, expected := 0.0, float64(rounds)/float64(len(words))
		for _, word := range words {
			difference := float64(drawn[place][word]) - expected
			square += difference * difference / expected
		}
		if square < mean-8*deviation || square > mean+8*deviation {
			t.Errorf("place %d: chi-square %.0f, expected about %d", place+1, square, mean)
		}
	}
}

// Neighbours are drawn for themselves: were one the function of another, pairs would
// repeat.
func TestGeneratePassphraseDrawsEachWord(t *testing.T) {
	t.Parallel()
	const rounds = 1000
	pairs := map[string]bool{}
	for range rounds {
		parts := strings.Split(string(GeneratePassphrase()), "-")
		for i := range len(parts) - 1 {
			pairs[parts[i]+" "+parts[i+1]] = true
		}
	}
	// Of 9000 pairs out of 2^20 about 38 are expected to have come before.
	if repeated := rounds*(passphraseWords-1) - len(pairs); repeated > 120 {
		t.Errorf("%d of 9000 pairs of neighbours came twice", repeated)
	}
}

// The randomness is crypto/rand's, two bytes a word and nothing else.
func TestGeneratePassphraseUsesSecureRandomness(t *testing.T) {
	var random [2 * passphraseWords]byte
	cryptotest.SetGlobalRandom(t, 1)
	rand.Read(random[:])
	var want []string
	for i := 0; i < len(random); i += 2 {
		want = append(want, wordOf(random[i:i+2]))
	}
	cryptotest.SetGlobalRandom(t, 1)
	if got := string(GeneratePassphrase()); got != strings.Join(want, "-") {
		t.Errorf("got %q, want %q", got, want)
	}
	cryptotest.SetGlobalRandom(t, 2)
	if got := string(GeneratePassphrase()); got == strings.Join(want, "-") {
		t.Error("other randomness gives the same passphrase")
	}
}

// What the caller clears is all there is: the buffer is one, never grown, and clearing it
// leaves the list as it was.
func TestGeneratedPassphraseCanBeCleared(t *testing.T) {
	list := slices.Clone(words[:])
	passphrase := GeneratePassphrase()
	if most := passphraseWords*(longestWord+1) - 1; len(passphrase) > most || cap(passphrase) < most {
		t.Errorf("%d bytes in a buffer of %d", len(passphrase), cap(passphrase))
	}
	clear(passphrase)
	if !slices.Equal(list, words[:]) {
		t.Error("clearing it changed the list")
	}
	// One buffer for the passphrase, at most one for the random bytes.
	if allocations := testing.AllocsPerRun(100, func() { clear(GeneratePassphrase()) }); allocations > 2 {
		t.Errorf("%.0f allocations", allocations)
	}
}
