//! The help texts of `bulk` and `wait`.

pub(crate) const BULK: &str = "\
redrive-execution bulk: redrive many executions in one run, at the rate that the service allows.

Usage:
  redrive-execution bulk --state-machine-arn ARN [FILTER]... [OPTION]...
  redrive-execution bulk --from FILE [FILTER]... [OPTION]...
  redrive-execution bulk --resume JOURNAL [OPTION]...

What to redrive:
  --state-machine-arn ARN   the unsuccessful executions of this state machine (repeatable)
  --status STATUS[,STATUS]  of these statuses                    [FAILED,TIMED_OUT,ABORTED]
  --from FILE               the executions in this file, or on stdin with -: one ARN a line, what
                            list-executions or --dry-run prints (text or JSON), or CSV with a
                            header that names executionArn (and stopDate and redriveCount)
  --map-run-arn ARN         the execution that started this map run (repeatable); ARNs of child
                            executions in --from lead to their parents too
  --since WHEN, --until WHEN
                            stopped from, or up to, then: 2026-11-20, 2026-11-20T08:00 (local),
                            RFC 3339, today, yesterday, or so long ago: 1h30m, 3d, 1w
  --name-match GLOB         the execution's name is like this: * is any text, ? a character
  --max-redrives N          redriven at most N times so far
  --error-match GLOB        the error, or the cause, is like this (DescribeExecution)
  --failed-state GLOB       the state that failed is like this (GetExecutionHistory)
  --limit N                 no more than N, those closest to their deadline
Those that stopped more than 14 days ago are left out, for the service refuses them.

How:
  --dry-run                 print the plan and how long it takes; redrive nothing
  --yes                     do not ask; needed where there is no terminal
  --share N                 the share of the region's documented quotas to use         [0.98]
  --rate N                  redrives a second, or 'unlimited'       [the quota of the region]
  --burst N                 redrives at once, before the rate applies               [likewise]
  --ramp SPAN               let the rate rise over this span, such as 5m
  --concurrency N           calls under way at once                                      [64]
  --patience SPAN           how long no answer of the service may come before the run ends,
                            or 'forever'                                                [15m]
  --journal FILE            where to note what is done                   [redrive-….jsonl]
  --resume FILE             continue the run of this journal
  --retry-refused           with --resume: ask again for what was refused
  --wait                    wait until what was redriven has ended
  --timeout SPAN            wait no longer than this
  --poll SPAN               look every so often                                          [5s]

An outcome a line goes to stdout as it happens (--output, --query apply to each), progress and
a summary to stderr. Options of every command apply too: --profile, --region, --endpoint-url …

Exit status: 0 all were redriven (and, waiting, all succeeded); 1 some were not; 130 interrupted;
252 to 255 as for a single redrive.
";

pub(crate) const WAIT: &str = "\
redrive-execution wait: wait until executions have ended.

Usage:
  redrive-execution wait --execution-arn ARN... [OPTION]...
  redrive-execution wait --from FILE [OPTION]...

  --execution-arn ARN       an execution (repeatable)
  --redrive-date DATE       an end counts only if it follows this redrive
  --from FILE               the executions in this file, or on stdin with -, as bulk prints them
                            (JSON lines with executionArn and redriveDate) or takes them
  --timeout SPAN            wait no longer than this, such as 30m
  --patience SPAN           how long no answer of the service may come, or 'forever'    [15m]
  --poll SPAN               look every so often                                          [5s]

An execution that is gone (GONE), or cannot be looked at (UNKNOWN), does not end the wait for the
others.

Exit status: 0 all succeeded; 1 some ended otherwise, or not in time; 130 interrupted.
";
