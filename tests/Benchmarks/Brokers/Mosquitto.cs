using System.Diagnostics;

namespace Benchmarks.Brokers;

/// <summary>Debian's mosquitto, configured to drop and delay nothing.</summary>
internal sealed class Mosquitto(string command) : BrokerProgram
{
    public override string Name => "mosquitto";

    public override string Version()
    {
        using var process = Process.Start(new ProcessStartInfo(command, "-h") { RedirectStandardOutput = true })
            ?? throw new IOException($"{command} does not start.");
        var line = process.StandardOutput.ReadLine() ?? "";
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return line.Replace("mosquitto version ", "", StringComparison.Ordinal);
    }

    public override ProcessStartInfo StartInfo(BrokerSetup setup)
    {
        if (setup.UsersFile is not null)
            throw new NotSupportedException("Passwords are measured on our broker alone.");
        var file = Path.Combine(setup.Directory, "mosquitto.conf");
        File.WriteAllLines(file, [$"listener {setup.Port} 127.0.0.1", .. Configuration(setup)]);
        return new ProcessStartInfo(command, ["-c", file]);
    }

    /// <summary>The configuration without the listener.</summary>
    public static IEnumerable<string> Configuration(BrokerSetup? setup)
    {
        yield return "allow_anonymous true";
        yield return "max_queued_messages 0";
        yield return "max_inflight_messages 0";
        yield return "set_tcp_nodelay true";
        yield return "log_dest none";
        if (Environment.IsPrivilegedProcess)
            yield return "user root"; // our folder is not the mosquitto user's
        if (setup?.Tls is { } tls)
        {
            yield return $"certfile {tls.CertificateFile}";
            yield return $"keyfile {tls.KeyFile}";
        }

        yield return $"persistence {(setup?.IsDurable == true ? "true" : "false")}";
        if (setup?.IsDurable == true)
            yield return $"persistence_location {setup.Directory}/";
    }
}
