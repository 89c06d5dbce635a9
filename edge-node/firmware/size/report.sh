#!/bin/sh
# report.sh BOARD BARE.elf SKETCH.elf...: what each sketch takes, and what it takes more than the bare one.
# Flash is .text + .data, RAM is .data + .bss; the stack comes on top.
set -eu
board=$1
bare=$2
shift

flash() { avr-size -A "$1" | awk '$1 == ".text" || $1 == ".data" { sum += $2 } END { print sum + 0 }'; }
ram() { avr-size -A "$1" | awk '$1 == ".data" || $1 == ".bss" { sum += $2 } END { print sum + 0 }'; }

# The object that a sketch calls `board`: the library's state and its tags.
object() { echo $((0x0$(avr-nm -S "$1" | awk '$4 == "board" { print $2 }'))); }

printf '%s, avr-gcc %s\n' "$board" "$(avr-gcc -dumpversion)"
printf '%-10s %8s %8s %15s %15s %8s\n' sketch flash RAM 'flash over bare' 'RAM over bare' board
for elf in "$@"; do
    printf '%-10s %8d %8d %15d %15d %8d\n' "$(basename "$elf" .elf)" "$(flash "$elf")" "$(ram "$elf")" \
        "$(($(flash "$elf") - $(flash "$bare")))" "$(($(ram "$elf") - $(ram "$bare")))" "$(object "$elf")"
done
