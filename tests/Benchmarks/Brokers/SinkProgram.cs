using System.Diagnostics;

namespace Benchmarks.Brokers;

/// <summary>Our bare sink in a process of its own: what the generator reaches against it is the generator's ceiling.</summary>
internal sealed class SinkProgram : BrokerProgram
{
    public const string Argument = "sink";

    public override string Name => "sink";

    public override string Version() => "";

    public override ProcessStartInfo StartInfo(BrokerSetup setup)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Benchmarks.dll"), Argument, $"{setup.Port}"]);
        if (setup.Tls is { } tls)
        {
            start.ArgumentList.Add(tls.CertificateFile);
            start.ArgumentList.Add(tls.KeyFile);
        }

        return start;
    }
}
