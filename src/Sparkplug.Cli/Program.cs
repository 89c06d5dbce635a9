return await Sparkplug.Cli.CommandLine.RunAsync(args);
