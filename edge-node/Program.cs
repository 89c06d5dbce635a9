using EdgeNode;
using Sparkplug.Configuration;

try
{
    return await EdgeNodeApp.RunAsync(EdgeNodeApp.Build(args));
}
catch (ConfigurationFaultException fault)
{
    await Console.Error.WriteLineAsync(fault.Describe("edge node"));
    return 2;
}
