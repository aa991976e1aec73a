#!/bin/sh
# Makes the PNGs of icon.svg. Needed only after the drawing has changed; wants rsvg-convert (Debian: librsvg2-bin).
set -eu
cd "$(dirname "$0")"
rsvg-convert --width 512 --height 512 --output icon.png icon.svg
rsvg-convert --width 256 --height 256 --output icon-256.png icon.svg
