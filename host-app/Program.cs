await HostApp.HostApplication.Build(args).RunAsync();
