aws() { redrive-execution aws "$@"; }
