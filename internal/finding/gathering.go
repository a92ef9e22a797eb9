package finding

import (
	"fmt"
	"strings"

	"github.com/drtxt/drtxt/verify"
)

// namedSubjects is how many subjects a gathered finding names.
const namedSubjects = 5

// A Gathering makes one finding of those that differ in their subject alone, so that a
// hundred edges or profiles with one mistake are one line. Its zero value is ready for use.
type Gathering struct {
	gathered []gathered
	at       map[kindAndMessage]int
}

type gathered struct {
	Finding
	subjects []string
	more     int
}

type kindAndMessage struct {
	code     Code
	severity verify.Severity
	message  string
	advice   string
}

// Add takes a finding in.
func (g *Gathering) Add(f Finding) {
	key := kindAndMessage{f.Code, f.Severity, f.Message, f.Advice}
	i, known := g.at[key]
	if !known {
		if g.at == nil {
			g.at = map[kindAndMessage]int{}
		}
		i = len(g.gathered)
		g.at[key] = i
		g.gathered = append(g.gathered, gathered{Finding: f})
	}
	g.gathered[i].name(f.Subject)
}

func (g *gathered) name(subject string) {
	switch {
	case subject == "":
	case len(g.subjects) < namedSubjects:
		g.subjects = append(g.subjects, subject)
	default:
		g.more++
	}
}

// Findings returns what was gathered, each in the place of the first of its kind. A subject
// names up to five, and how many more there are.
func (g *Gathering) Findings() []Finding {
	var all []Finding
	for _, one := range g.gathered {
		one.Subject = strings.Join(one.subjects, ", ")
		if one.more > 0 {
			one.Subject += fmt.Sprintf(" and %d more", one.more)
		}
		all = append(all, one.Finding)
	}
	return all
}
