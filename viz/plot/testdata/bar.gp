# 640 x 146 px: Recall by class
$d0 << EOD
0 0 0 0.9 -0.297647058824 0.297647058824
0 -1 0 0.75 -1.29764705882 -0.702352941176
EOD
$d1 << EOD
0.8 0
0.95 0

0.7 -1
0.8 -1

EOD
reset
set encoding utf8
unset key
set multiplot
set label "Recall by class" at screen 0.01875,0.86301 left font "DejaVu Sans:Bold,9.75" textcolor rgb "#262626" front
set arrow from screen 0.7582,0.73973 to screen 0.7582,0.30137 nohead back lc rgb "#595959" lw 0.76 dt (3,3)
set label "macro" at screen 0.75273,0.69521 right font "DejaVu Sans,6.75" textcolor rgb "#595959" front
set label "cat" at screen 0.06563,0.59247 right font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set label "0.900" at screen 0.975,0.59247 right font "DejaVu Sans,7.5" textcolor rgb "#595959" front
set label "dog" at screen 0.06563,0.47603 right font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set label "0.750" at screen 0.975,0.47603 right font "DejaVu Sans,7.5" textcolor rgb "#595959" front
set label "owl" at screen 0.06563,0.35959 right font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set label "–" at screen 0.975,0.35959 right font "DejaVu Sans,7.5" textcolor rgb "#595959" front
set label "recall" at screen 0.48906,0.10959 center font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set lmargin at screen 0.075
set rmargin at screen 0.90313
set tmargin at screen 0.65068
set bmargin at screen 0.30137
set border 3 front lc rgb "#737373" lw 0.75
set xrange [0:1]
unset logscale x
set xtics nomirror out scale 0.5,0.25 font "DejaVu Sans,7.125" textcolor rgb "#595959" ("0.0" 0, "0.2" 0.2, "0.4" 0.4, "0.6" 0.6, "0.8" 0.8, "1.0" 1)
set yrange [-2.5:0.5]
unset logscale y
unset ytics
unset grid
set grid xtics back lt 1 lc rgb "#E3E3E3" lw 0.75 dt 1
plot $d0 using 1:2:3:4:5:6 with boxxyerror fs solid 1 noborder fc rgb "#66AAD1", \
     $d1 using 1:2 with lines lw 1.25 dt 1 lc rgb "#262626"
unset multiplot
