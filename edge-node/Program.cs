using EdgeNode;
using Microsoft.Extensions.Hosting;
using Sparkplug.Configuration;

try
{
    await EdgeNodeApp.Build(args).RunAsync();
    return Environment.ExitCode;
}
catch (ConfigurationFaultException fault)
{
    await Console.Error.WriteLineAsync(fault.Describe("edge node"));
    return 2;
}
