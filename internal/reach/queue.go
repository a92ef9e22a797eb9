package reach

import "sync"

// A queue hands out places to workers, of which it knows how many are left.
type queue struct {
	mu      sync.Mutex
	places  []int // the next is the last
	workers int
}

// newQueue holds the places from 0, for no more workers than there are places.
func newQueue(places, workers int) *queue {
	q := &queue{workers: min(places, workers)}
	for i := range places {
		q.places = append(q.places, places-1-i)
	}
	return q
}

// all are the places for one worker. It leaves when there is no other.
func (q *queue) all(yield func(int) bool) {
	for {
		i, ok := q.next()
		if !ok || !yield(i) {
			return
		}
	}
}

func (q *queue) next() (place int, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	last := len(q.places) - 1
	if last < 0 {
		q.workers--
		return 0, false
	}
	place = q.places[last]
	q.places = q.places[:last]
	return place, true
}

// giveBack takes a place back from a worker that leaves. The last worker may not leave: then
// it reports false.
func (q *queue) giveBack(place int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.workers == 1 {
		return false
	}
	q.workers--
	q.places = append(q.places, place)
	return true
}
