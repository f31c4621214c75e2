# 532 x 492 px: t-SNE
$d0 << EOD
1 2 13983232
EOD
$d1 << EOD
0 0 29362
0.5 1 29362
EOD
$d2 << EOD
0.5 1
EOD
reset
set encoding utf8
unset key
set multiplot
set label "t-SNE" at screen 0.02256,0.95935 left font "DejaVu Sans:Bold,9.75" textcolor rgb "#262626" front
set label "" at screen 0.89286,0.90244 point pt 2 ps 0.8 lc rgb "#262626" front
set label "wrong" at screen 0.91165,0.90244 left font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set label "" at screen 0.89286,0.86992 point pt 7 ps 0.8 lc rgb "#0072B2" front
set label "cat" at screen 0.91165,0.86992 left font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set label "" at screen 0.89286,0.8374 point pt 5 ps 0.8 lc rgb "#D55E00" front
set label "dog" at screen 0.91165,0.8374 left font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set lmargin at screen 0.02256
set rmargin at screen 0.84962
set tmargin at screen 0.9187
set bmargin at screen 0.02439
set border 15 front lc rgb "#737373" lw 0.75
set xrange [-0.04:1.04]
unset logscale x
unset xtics
set yrange [-0.08:2.08]
unset logscale y
unset ytics
unset grid
plot $d0 using 1:2:3 with points pt 5 ps 0.8 lc rgb variable, \
     $d1 using 1:2:3 with points pt 7 ps 0.8 lc rgb variable, \
     $d2 using 1:2 with points pt 2 ps 1 lw 2.25 lc rgb "#FFFFFF", \
     $d2 using 1:2 with points pt 2 ps 1 lw 0.75 lc rgb "#262626"
unset multiplot
