# 482 x 624 px: Reliability
$d0 << EOD
0.25 0 0.015 0.485 0 0.5
0.75 0 0.515 0.985 0 0.75
EOD
$d1 << EOD
0.75 0.75 0.515 0.985 0.75 0.8
EOD
$d2 << EOD
0.25 0.4 0.015 0.485 0.4 0.5
EOD
$d3 << EOD
0 0
1 1
EOD
$d4 << EOD
0.25 0 0.015 0.485 0 25
0.75 0 0.515 0.985 0 75
EOD
reset
set encoding utf8
unset key
set multiplot
set label "Reliability" at screen 0.0249,0.96795 left font "DejaVu Sans:Bold,9.75" textcolor rgb "#262626" front
set label "ECE 5 \045" at screen 0.0249,0.9391 left font "DejaVu Sans,7.5" textcolor rgb "#595959" front
set object rectangle from screen 0.0249,0.89904 to screen 0.04564,0.91506 behind fc rgb "#0072B2" fs solid 1 noborder
set label "accuracy" at screen 0.05602,0.90705 left font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set object rectangle from screen 0.18257,0.89904 to screen 0.20332,0.91506 behind fc rgb "#ECB68C" fs solid 1 noborder
set label "too sure" at screen 0.21369,0.90705 left font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set object rectangle from screen 0.33216,0.89904 to screen 0.3529,0.91506 behind fc rgb "#56B4E9" fs solid 1 noborder
set label "not sure enough" at screen 0.36328,0.90705 left font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set label "accuracy" at screen 0.03527,0.55769 center rotate by 90 font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set label "samples (\045)" at screen 0.03527,0.14263 center rotate by 90 font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set label "confidence" at screen 0.54357,0.02564 center font "DejaVu Sans,7.5" textcolor rgb "#262626" front
set lmargin at screen 0.12863
set rmargin at screen 0.95851
set tmargin at screen 0.87821
set bmargin at screen 0.23718
set border 3 front lc rgb "#737373" lw 0.75
set xrange [0:1]
unset logscale x
set xtics nomirror out scale 0.5,0.25 font "DejaVu Sans,7.125" textcolor rgb "#595959" ("" 0, "" 0.2, "" 0.4, "" 0.6, "" 0.8, "" 1)
set yrange [0:1]
unset logscale y
set ytics nomirror out scale 0.5,0.25 font "DejaVu Sans,7.125" textcolor rgb "#595959" ("0.0" 0, "0.2" 0.2, "0.4" 0.4, "0.6" 0.6, "0.8" 0.8, "1.0" 1)
unset grid
set grid xtics ytics back lt 1 lc rgb "#E3E3E3" lw 0.75 dt 1
plot $d0 using 1:2:3:4:5:6 with boxxyerror fs solid 1 noborder fc rgb "#0072B2", \
     $d1 using 1:2:3:4:5:6 with boxxyerror fs transparent solid 0.45 noborder fc rgb "#D55E00", \
     $d2 using 1:2:3:4:5:6 with boxxyerror fs solid 1 noborder fc rgb "#56B4E9", \
     $d3 using 1:2 with lines lw 1 dt (6,4) lc rgb "#262626"
unset label
unset arrow
unset object
set lmargin at screen 0.12863
set rmargin at screen 0.95851
set tmargin at screen 0.21474
set bmargin at screen 0.07051
set border 3 front lc rgb "#737373" lw 0.75
set xrange [0:1]
unset logscale x
set xtics nomirror out scale 0.5,0.25 font "DejaVu Sans,7.125" textcolor rgb "#595959" ("0.0" 0, "0.2" 0.2, "0.4" 0.4, "0.6" 0.6, "0.8" 0.8, "1.0" 1)
set yrange [0:78]
unset logscale y
set ytics nomirror out scale 0.5,0.25 font "DejaVu Sans,7.125" textcolor rgb "#595959" ("0" 0, "50" 50)
unset grid
set grid xtics ytics back lt 1 lc rgb "#E3E3E3" lw 0.75 dt 1
plot $d4 using 1:2:3:4:5:6 with boxxyerror fs solid 1 noborder fc rgb "#737373"
unset multiplot
