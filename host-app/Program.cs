using Sparkplug.Configuration;

try
{
    await HostApp.HostApplication.Build(args).RunAsync();
    return 0;
}
catch (ConfigurationFaultException fault)
{
    await Console.Error.WriteLineAsync(fault.Describe("host"));
    return 2;
}
