package configuration

// SaveAfter is Save, with something that happens meanwhile.
var SaveAfter = save
