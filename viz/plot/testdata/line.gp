# 640 x 575 px: Learning curves
$d0 << EOD
1 2
2 1
3 0.5
4 0.25
EOD
$d1 << EOD
1 2
2 1
3 0.5
4 0.25
EOD
$d2 << EOD
1 2.5

3 0.8
4 0.75
EOD
$d3 << EOD
1 2.5
3 0.8
4 0.75
EOD
$d4 << EOD
1 0.4 0.6

3 0.6 0.8
4 0.7 0.8
EOD
$d5 << EOD
1 0.5

3 0.7
4 0.75
EOD
$d6 << EOD
1 0.5
3 0.7
4 0.75
EOD
$d7 << EOD
1 0.1
4 0.1
EOD
reset
set encoding utf8
unset key
set multiplot
set label "Learning curves" at screen 0.01875,0.96522 left font "DejaVu Sans:Bold,9.75" textcolor rgb "#262626" front
set label "two panels" at screen 0.01875,0.93391 left font "DejaVu Sans,7.5" textcolor rgb "#595959" front
set arrow from screen 0.01875,0.89913 to screen 0.05938,0.89913 nohead back lc rgb "#0072B2" lw 1.5 dt 1
set label "" at screen 0.03906,0.89913 point pt 7 ps 0.8 lc rgb "#0072B2" front
set label "train" at screen 0.06719,0.89913 left font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set arrow from screen 0.12844,0.89913 to screen 0.16906,0.89913 nohead back lc rgb "#D55E00" lw 1.51 dt (8,4)
set label "" at screen 0.14875,0.89913 point pt 5 ps 0.8 lc rgb "#D55E00" front
set label "validation" at screen 0.17688,0.89913 left font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set arrow from screen 0.27859,0.89913 to screen 0.31922,0.89913 nohead back lc rgb "#595959" lw 0.76 dt (6,4)
set label "chance" at screen 0.32703,0.89913 left font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set arrow from screen 0.66574,0.86087 to screen 0.66574,0.08 nohead back lc rgb "#595959" lw 0.76 dt (3,3)
set label "best epoch" at screen 0.67121,0.84957 left font "DejaVu Sans,6.75" textcolor rgb "#595959" front
set arrow from screen 0.9516,0.86087 to screen 0.9516,0.08 nohead back lc rgb "#595959" lw 0.76 dt (3,3)
set label "early stop" at screen 0.94613,0.84957 right font "DejaVu Sans,6.75" textcolor rgb "#595959" front
set label "loss (nats)" at screen 0.02656,0.65565 center rotate by 90 font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set label "accuracy" at screen 0.02656,0.26261 center rotate by 90 font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set label "epoch" at screen 0.52281,0.0313 center font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set lmargin at screen 0.07688
set rmargin at screen 0.96875
set tmargin at screen 0.83826
set bmargin at screen 0.47304
set border 3 front lc rgb "#737373" lw 0.75
set xrange [0.94:4.06]
unset logscale x
set xtics nomirror out scale 0.5,0.25 font "DejaVu Sans,7.125" textcolor rgb "#595959" ("" 1, "" 2, "" 3, "" 4)
set yrange [0.228002709839:2.74119549036]
set logscale y
set ytics nomirror out scale 0.5,0.25 font "DejaVu Sans,7.125" textcolor rgb "#595959" ("" 0.3 1, "" 0.4 1, "0.5" 0.5, "" 0.6 1, "" 0.7 1, "" 0.8 1, "" 0.9 1, "1" 1, "2" 2)
unset grid
set grid ytics back lt 1 lc rgb "#E3E3E3" lw 0.75 dt 1
plot $d0 using 1:2 with lines lc rgb "#0072B2" lw 1.5 dt 1, \
     $d1 using 1:2 with points pt 7 ps 0.7 lc rgb "#0072B2", \
     $d2 using 1:2 with lines lc rgb "#D55E00" lw 1.5 dt (8,4), \
     $d3 using 1:2 with points pt 5 ps 0.7 lc rgb "#D55E00"
unset label
unset arrow
unset object
set lmargin at screen 0.07688
set rmargin at screen 0.96875
set tmargin at screen 0.44522
set bmargin at screen 0.08
set border 3 front lc rgb "#737373" lw 0.75
set xrange [0.94:4.06]
unset logscale x
set xtics nomirror out scale 0.5,0.25 font "DejaVu Sans,7.125" textcolor rgb "#595959" ("1" 1, "2" 2, "3" 3, "4" 4)
set yrange [0.384:0.816]
unset logscale y
set ytics nomirror out scale 0.5,0.25 font "DejaVu Sans,7.125" textcolor rgb "#595959" ("0.4" 0.4, "0.5" 0.5, "0.6" 0.6, "0.7" 0.7, "0.8" 0.8)
unset grid
set grid ytics back lt 1 lc rgb "#E3E3E3" lw 0.75 dt 1
plot $d4 using 1:2:3 with filledcurves fc rgb "#D55E00" fs transparent solid 0.18 noborder, \
     $d5 using 1:2 with lines lc rgb "#D55E00" lw 1.5 dt (8,4), \
     $d6 using 1:2 with points pt 5 ps 0.7 lc rgb "#D55E00", \
     $d7 using 1:2 with lines lc rgb "#595959" lw 0.75 dt (6,4)
unset multiplot
