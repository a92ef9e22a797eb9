#!/usr/bin/env bash
# Looks at every vector with openssl alone, apart from generate.sh: headers against the table
# of README.md, and every signature that has to hold, or must not.
set -uo pipefail
shopt -s extglob
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")"
keys=../keys
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

faults=0
fault() { echo "check.sh: $*" >&2; faults=$((faults + 1)); }

declare -A expects=()
vectors=0 held=0 held_other=0 rejected=0 genuine=0

# raw TEXT: the bytes behind a text with the escapes \DDD, \" and \\.
raw() {
  local rest=$1 octal
  while [[ $rest =~ ^([^\\]*)\\([0-9][0-9][0-9]|.)(.*)$ ]]; do
    printf %s "${BASH_REMATCH[1]}"
    if ((${#BASH_REMATCH[2]} == 3)); then
      octal=$(printf %03o "$((10#${BASH_REMATCH[2]}))")
      rest=${BASH_REMATCH[3]}
      printf "\\$octal"
    else
      local one=${BASH_REMATCH[2]}
      rest=${BASH_REMATCH[3]}
      printf %s "$one"
    fi
  done
  printf %s "$rest"
}

# covered SCHEME TEXT: the bytes that the scheme signs; TEXT is part 1 before n=, in escapes.
covered() {
  local scheme=$1 text=$2 kept= values= spaced= pair
  local -a pairs
  if [[ $scheme == *+nok* || $scheme == *+nod* || $scheme == values* ]]; then
    IFS=';' read -ra pairs <<<"${text%;}"
    for pair in "${pairs[@]}"; do
      [[ $scheme == *+nok* && $pair == k=* ]] && continue
      [[ $scheme == *+nod* && $pair == d=* ]] && continue
      kept+="$pair;"
      values+=${pair#*=}
      spaced+="${pair#*=};"
    done
    text=$kept
  fi
  case ${scheme%%+*} in
  prefix) ;;
  trimmed) text=${text%;} ;;
  values) text=$values ;;
  values-semicolon) text=${spaced%;} ;;
  esac
  if [[ $scheme == *+twice* ]]; then raw "$text" | openssl dgst -sha256 -binary; else raw "$text"; fi
}

# holds: does the signature of the records hold under one of the public keys?
# Reads the globals records, public and scheme.
holds() {
  local record one= two= key options=()
  for record in "${records[@]}"; do
    if [[ $record == '"'* ]]; then
      record=${record#\"}
      record=${record%\"}
      record=${record//'" "'/}
      [[ $record == *'\'* ]] && record=$(plain "$record")
    fi
    case $record in
    *';n=2;p=1;bh='*) one=$record ;;
    *';n=2;p=2;bh='*) two=$record ;;
    esac
  done
  [[ -n $one && -n $two ]] || return 2
  covered "$scheme" "${one%%n=2;p=1;bh=*}" >"$work/body"
  printf %s "${one#*;n=2;p=1;bh=}${two#*;n=2;p=2;bh=}" | base64 -d >"$work/signature" 2>/dev/null || return 2
  [[ $scheme == *+pss* ]] && options=(-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:auto)
  for key in "${public[@]}"; do
    openssl dgst -sha256 "${options[@]}" -verify "$keys/$key" -signature "$work/signature" "$work/body" >"$work/said" 2>&1
    [[ $(head -n 1 "$work/said") == 'Verified OK' ]] && return 0
  done
  return 1
}

# plain TEXT: escapes that stand for printable characters resolved, the others kept.
plain() {
  local rest=$1 out=
  while [[ $rest =~ ^([^\\]*)\\([0-9][0-9][0-9]|.)(.*)$ ]]; do
    out+=${BASH_REMATCH[1]}
    local what=${BASH_REMATCH[2]} behind=${BASH_REMATCH[3]}
    if [[ ${#what} == 3 ]] && ((10#$what > 32 && 10#$what < 127 && 10#$what != 34 && 10#$what != 92)); then
      out+=$(raw "\\$what")
    else
      out+="\\$what"
    fi
    rest=$behind
  done
  printf %s "$out$rest"
}

for file in *.txt; do
  vectors=$((vectors + 1))
  expect= at= domain= state= verdict= exit= canonical= signed= comment= scheme=prefix public=() records=() body=no
  [[ -z $(tr -d '\n -~' <"$file") ]] || fault "$file: not printable ASCII"
  [[ $(tail -c 1 "$file" | od -An -tx1) == ' 0a' ]] || fault "$file: does not end with LF"
  while IFS= read -r line; do
    if [[ $body == yes ]]; then
      [[ -n $line ]] || fault "$file: a second blank line"
      [[ $line != '"'* || $line == *'"' ]] || fault "$file: a quoted record does not end with a quote"
      [[ $line == '"'* || $line != *'\'* ]] || fault "$file: a backslash in a raw record"
      records+=("$line")
      continue
    fi
    case $line in
    '') body=yes ;;
    'expect: '*) expect=${line#*: } ;;
    'public: '*) public+=("${line#*: }"); [[ -f $keys/${line#*: } ]] || fault "$file: no such key" ;;
    'scheme: '*) scheme=${line#*: } ;;
    'at: '*) at=${line#*: } ;;
    'domain: '*) domain=${line#*: } ;;
    'state: '*) state=${line#*: } ;;
    'verdict: '*) verdict=${line#*: } ;;
    'exit: '*) exit=${line#*: } ;;
    'canonical: '*) canonical=${line#*: } ;;
    'signed-by: '*) signed=${line#*: } ;;
    'comment: '*) comment=${line#*: } ;;
    *) fault "$file: header $line" ;;
    esac
  done <"$file"
  [[ $body == yes && -n $at && -n $comment ]] || fault "$file: headers"
  expects[$expect]=$((${expects[$expect]:-0} + 1))

  case $expect in
  valid | scheduled | expired) want='valid 0' ;;
  unchecked) want='unchecked 1' ;;
  unsigned) want='unsigned 1' ;;
  syntax | incomplete | mismatch | bad-signature) want='invalid 1' ;;
  conflict) want='conflict 1' ;;
  none | foreign) want='none 3' ;;
  *) want= ;;
  esac
  [[ "$verdict $exit" == "$want" ]] || fault "$file: verdict or exit status"
  case $expect in
  syntax | incomplete | mismatch | bad-signature | conflict) want='zia=undetermined zpa=undetermined' ;;
  none | foreign) want='zia=none zpa=none' ;;
  scheduled) want='zia=@(scheduled|none) zpa=@(scheduled|none)' ;;
  expired) want='zia=@(expired|none) zpa=@(expired|none)' ;;
  *) want='zia=@(on|off|test|scheduled|expired|none|undetermined) zpa=@(on|off|test|scheduled|expired|none|undetermined)' ;;
  esac
  # shellcheck disable=SC2053
  [[ $state == $want ]] || fault "$file: state"
  case $expect in
  valid | scheduled | expired | unchecked | unsigned) ;;
  *) [[ -z $canonical ]] || fault "$file: canonical" ;;
  esac
  [[ $expect != none || ${#records[@]} == 0 ]] || fault "$file: records"

  case $expect in
  valid | scheduled | expired)
    [[ $signed == openssl ]] || fault "$file: signed-by"
    holds || fault "$file: the signature does not hold"
    [[ $(wc -c <"$work/signature") == 256 ]] || fault "$file: the signature has not 256 bytes"
    if [[ $scheme == prefix ]]; then held=$((held + 1)); else held_other=$((held_other + 1)); fi
    ;;
  bad-signature)
    if ((${#public[@]} == 0)); then fault "$file: no key"; fi
    holds
    case $? in
    1) rejected=$((rejected + 1)) ;;
    0) fault "$file: the signature holds" ;;
    *) fault "$file: cannot be cut or decoded" ;;
    esac
    ;;
  unchecked | unsigned) [[ $expect == unsigned || ${#public[@]} == 0 ]] || fault "$file: a key" ;;
  esac
  # Refused although the signature holds: nothing but the rule refuses these.
  case $file in
  syntax-signed-body-* | mismatch-part-2-*)
    if ((${#public[@]})) && [[ $file != *-no-key.txt ]]; then
      if holds; then genuine=$((genuine + 1)); else fault "$file: the signature was to hold"; fi
    fi
    ;;
  esac
done

for expect in valid unchecked syntax incomplete mismatch conflict bad-signature scheduled expired unsigned none foreign; do
  printf '%-14s %4d\n' "$expect" "${expects[$expect]:-0}"
  ((${expects[$expect]:-0})) || fault "no vector expects $expect"
done
echo "$vectors vectors"
echo "$held signatures under the scheme prefix: Verified OK"
echo "$held_other signatures under other schemes: Verified OK"
echo "$rejected signatures expected not to hold: rejected"
echo "$genuine refused sets whose signature holds: Verified OK"
echo "$faults faults"
((vectors > 0 && held > 0 && faults == 0))
