using EdgeNode;
using Sparkplug.Configuration;

try
{
    return await EdgeNodeApp.RunAsync(EdgeNodeApp.Build(args));
}
catch (ConfigurationFaultException fault)
{
    await Console.Error.WriteLineAsync($"The edge node cannot start:\n{fault.Message}");
    return 2;
}
