namespace HostApp;

/// <summary>The composition root of the host application.</summary>
public static class HostApplication
{
    /// <summary>Builds the host application from the command line, a configuration file and the environment.</summary>
    public static WebApplication Build(string[] args) => WebApplication.CreateBuilder(args).Build();
}
