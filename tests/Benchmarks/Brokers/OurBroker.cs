using System.Diagnostics;

namespace Benchmarks.Brokers;

/// <summary><c>sparkplug broker</c>. It is always durable, whatever a case asks for.</summary>
internal sealed class OurBroker(string command) : BrokerProgram
{
    public string Command => command;

    public override string Name => "sparkplug";

    public override string Version()
    {
        var library = Path.Combine(Path.GetDirectoryName(command)!, "src/Sparkplug.Cli/bin/Release/net10.0/Sparkplug.Broker.dll");
        return File.Exists(library) ? FileVersionInfo.GetVersionInfo(library).ProductVersion ?? "unknown" : "not built yet";
    }

    public override ProcessStartInfo StartInfo(BrokerSetup setup)
    {
        var start = new ProcessStartInfo(command)
        {
            ArgumentList =
            {
                "broker",
                $"--Broker:Listeners:Tcp={(setup.Tls is null ? $"127.0.0.1:{setup.Port}" : "")}",
                $"--Broker:Listeners:Tls={(setup.Tls is null ? "" : $"127.0.0.1:{setup.Port}")}",
                $"--Broker:AllowAnonymous={(setup.UsersFile is null ? "true" : "false")}",
                $"--Broker:DataDirectory={setup.Directory}",
            },
        };
        if (setup.Tls is { } tls)
        {
            start.ArgumentList.Add($"--Broker:Tls:CertificateFile={tls.CertificateFile}");
            start.ArgumentList.Add($"--Broker:Tls:KeyFile={tls.KeyFile}");
        }

        if (setup.UsersFile is { } users)
            start.ArgumentList.Add($"--Broker:UsersFile={users}");
        return start;
    }
}
