# What the scripts of acceptance share; sourced by them, with $root, $shared and $logs set.

say() { # item status text
  echo "$1: $2 $3"
  [ "$2" = PASS ] || failed=1
}

at_least() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && a + 0 >= b) }'; }

# Runs some tests, with $test_settings, and says how they went; a test that did not run is a failure.
tests() { # item text tests…
  item=$1 text=$2
  shift 2
  names=$(echo "$*" | tr ' ' ',')
  units=$(for name in "$@"; do case $name in *IT) ;; *) echo "$name" ;; esac; done | paste -sd , -)
  clusters=$(for name in "$@"; do case $name in *IT) echo "$name" ;; esac; done | paste -sd , -)
  if mvn -B -pl kindling-core,kindling-cluster,kindling-tensorflow,kindling-onnx,kindling-keras,kindling-spark,kindling-cli,kindling-examples verify \
    -Dkindling.shared="$shared" ${test_settings:-} -Dtest="${units:-NoUnitTest}" -Dit.test="${clusters:-NoClusterIT}" \
    -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false >"$logs/$item.txt" 2>&1; then
    status=PASS
  else
    status=FAIL
  fi
  counts=$(grep -E 'Tests run:.*(Time elapsed|-- in)' "$logs/$item.txt" | sed 's/.*Tests run: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\), Skipped: \([0-9]*\).*/\1 \2 \3 \4/' |
    awk '{ r += $1; f += $2 + $3; s += $4 } END { printf "%d run, %d failed, %d skipped", r, f, s }')
  case $counts in *", 0 failed, 0 skipped") ;; *) status=FAIL ;; esac
  for name in "$@"; do
    grep -q "Tests run:.* in .*\.$name\$" "$logs/$item.txt" || { status=FAIL; text="$text; $name did not run"; }
  done
  say "$item" "$status" "$text ($names: $counts)"
}

# Runs some benchmarks, and says how each of their cases did against its bar.
measures() { # item names…
  item=$1
  shift
  results=$(mktemp -d)
  for name in "$@"; do
    KINDLING_RESULTS="$results" kindling-benchmarks/run "$name" "$shared" >"$logs/$item-$name.txt" 2>&1
    sed -n '/^#/d; s/.*"case":"\([^"]*\)".*"ratio":\([-0-9.E]*\),"bar":\([-0-9.E]*\).*/\2 \3 \1/p' "$results/$name.txt" |
      awk '!seen[$0]++' >"$logs/$item-$name-ratios.txt"
    while read -r ratio bar case; do
      if at_least "$ratio" "$bar"; then status=PASS; else status=FAIL; fi
      say "$item" $status "$name: $case: $ratio of $bar"
    done <"$logs/$item-$name-ratios.txt"
    # A remark is no bar: it tells where the measured thing ends.
    sed -n 's/^# \(.*\): {.*"case":"\([^"]*\)".*"ratio":\([-0-9.E]*\).*/\2: \3. \1/p' "$results/$name.txt" |
      while read -r remark; do echo "$item: NOTE $name: $remark"; done
    [ -s "$logs/$item-$name-ratios.txt" ] || say "$item" FAIL "$name measured nothing"
  done
  rm -rf "$results"
}
