using System.Text.Json;

namespace HostApp.Configuration;

/// <summary>Where keys come from: <c>--config FILE</c> (JSON), over it the environment, over it the command line.</summary>
internal static class ConfigurationSources
{
    private static readonly string[] RootKeys = ["Host", "Logging", "urls", "config"];

    /// <summary>Reads all sources; what cannot be read is a fault, not an exception.</summary>
    public static IConfigurationRoot Read(string[] args, List<string> faults)
    {
        var commandLine = CommandLine(args, faults);
        var builder = new ConfigurationBuilder();
        if (commandLine["config"] is { Length: > 0 } file) AddFile(builder, file, faults);
        builder.AddEnvironmentVariables();
        builder.AddConfiguration(commandLine);
        return builder.Build();
    }

    private static IConfigurationRoot CommandLine(string[] args, List<string> faults)
    {
        try
        {
            var commandLine = new ConfigurationBuilder().AddCommandLine(args).Build();
            foreach (var key in commandLine.GetChildren().Select(child => child.Key))
                if (!RootKeys.Contains(key, StringComparer.OrdinalIgnoreCase)) faults.Add($"{key}: is not a key of the host application");
            return commandLine;
        }
        catch (FormatException e)
        {
            faults.Add($"command line: {e.Message}");
            return new ConfigurationBuilder().Build();
        }
    }

    private static void AddFile(ConfigurationBuilder builder, string file, List<string> faults)
    {
        try
        {
            var content = new MemoryStream(File.ReadAllBytes(file));
            var json = new ConfigurationBuilder().AddJsonStream(content).Build();
            builder.AddConfiguration(json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add($"config: {e.Message}");
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidDataException)
        {
            faults.Add($"config: {file} is not valid JSON: {(e.InnerException ?? e).Message}");
        }
    }
}
