using MetricsAlerts.Cli.Commands;

return await CommandLine.RunAsync(args);
