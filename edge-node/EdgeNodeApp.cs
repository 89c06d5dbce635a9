using Microsoft.Extensions.Hosting;

namespace EdgeNode;

/// <summary>The composition root of the edge node.</summary>
public static class EdgeNodeApp
{
    /// <summary>Builds the edge node from the command line, a configuration file and the environment.</summary>
    public static IHost Build(string[] args) => Host.CreateApplicationBuilder(args).Build();
}
