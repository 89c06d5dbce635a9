using Sparkplug.Configuration;

try
{
    await HostApp.HostApplication.Build(args).RunAsync();
    return 0;
}
catch (ConfigurationFaultException wrong)
{
    await Console.Error.WriteLineAsync("The host cannot start:");
    foreach (var fault in wrong.Faults) await Console.Error.WriteLineAsync($"  {fault}");
    return 2;
}
