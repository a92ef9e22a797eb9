package configuration

// Check says what a value of the key must be, in words; nothing where it is that.
func (k Key) Check(value string) (wanted string) {
	if k.check == nil {
		return ""
	}
	return k.check(value)
}
