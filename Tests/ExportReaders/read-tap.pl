#!/usr/bin/perl
# Reads TAP from standard input by TAP::Parser and prints how many test points of each kind it has.
use strict;
use warnings;
use TAP::Parser;

my $tap = do { local $/; <STDIN> };
# Debian's parser knows the protocol up to 13, of which 14 is the same with more words.
$tap =~ s/\ATAP version 14\n/TAP version 13\n/ or die "this is not TAP version 14\n";
my $parser = TAP::Parser->new({tap => $tap});
my %count = (ok => 0, "not ok" => 0, skip => 0, todo => 0, yaml => 0, unknown => 0);
while (my $result = $parser->next) {
  if ($result->is_test) {
    $count{todo}++ if $result->has_todo;
    $count{$result->has_skip ? "skip" : $result->is_actual_ok ? "ok" : "not ok"}++;
  }
  $count{yaml}++ if $result->is_yaml && ref $result->data eq "HASH";
  $count{unknown}++ if $result->is_unknown;
}
die join("\n", $parser->parse_errors), "\n" if $parser->parse_errors;
die "planned are ", $parser->tests_planned, ", there are ", $parser->tests_run, "\n"
  if ($parser->tests_planned // 0) != $parser->tests_run;
print "{", join(", ", map { qq("$_": $count{$_}) } sort keys %count), "}\n";
