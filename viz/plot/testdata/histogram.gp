# 640 x 404 px: Confidence
$d0 << EOD
0.25 0 0.02 0.48 0 4
0.75 0 0.52 0.98 0 2
EOD
$d1 << EOD
0.25 4 0.02 0.48 4 7
0.75 2 0.52 0.98 2 22
EOD
reset
set encoding utf8
unset key
set multiplot
set label "Confidence" at screen 0.01875,0.9505 left font "DejaVu Sans:Bold,9.75" textcolor rgb "#262626" front
set object rectangle from screen 0.01875,0.88366 to screen 0.03438,0.90842 behind fc rgb "#D55E00" fs solid 1 noborder
set label "wrong" at screen 0.04219,0.89604 left font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set object rectangle from screen 0.11563,0.88366 to screen 0.13125,0.90842 behind fc rgb "#0072B2" fs solid 1 noborder
set label "right" at screen 0.13906,0.89604 left font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set label "confidence" at screen 0.52044,0.0396 center font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set label "samples" at screen 0.02656,0.4802 center rotate by 90 font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set lmargin at screen 0.07212
set rmargin at screen 0.96875
set tmargin at screen 0.85149
set bmargin at screen 0.10891
set border 3 front lc rgb "#737373" lw 0.75
set xrange [0:1]
unset logscale x
set xtics nomirror out scale 0.5,0.25 font "DejaVu Sans,7.125" textcolor rgb "#595959" ("0.0" 0, "0.2" 0.2, "0.4" 0.4, "0.6" 0.6, "0.8" 0.8, "1.0" 1)
set yrange [0:22.88]
unset logscale y
set ytics nomirror out scale 0.5,0.25 font "DejaVu Sans,7.125" textcolor rgb "#595959" ("0" 0, "5" 5, "10" 10, "15" 15, "20" 20)
unset grid
set grid ytics back lt 1 lc rgb "#E3E3E3" lw 0.75 dt 1
plot $d0 using 1:2:3:4:5:6 with boxxyerror fs solid 1 noborder fc rgb "#D55E00", \
     $d1 using 1:2:3:4:5:6 with boxxyerror fs solid 1 noborder fc rgb "#0072B2"
unset multiplot
