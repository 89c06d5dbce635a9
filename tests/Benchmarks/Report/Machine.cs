using System.Runtime.InteropServices;
using Benchmarks.Brokers;
using Benchmarks.Cases;

namespace Benchmarks.Report;

/// <summary>What a reader has to know to judge the figures.</summary>
internal static class Machine
{
    public static string Describe(IEnumerable<BrokerProgram> brokers, bool tls, int rounds, Conditions conditions)
    {
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown processor";
        var kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        var lines = new List<string>
        {
            $"Machine: {processor}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20:N0} MiB; Linux {kernel}; {RuntimeInformation.FrameworkDescription}",
        };
        lines.AddRange(brokers.Select(broker => $"{broker.Name}: {broker.Version()}"));
        lines.Add($"mosquitto's configuration: {string.Join("; ", Mosquitto.Configuration(null))}");
        lines.Add($"{(tls ? "TLS" : "Plain TCP")}, medians of {rounds} (each {conditions.Measured.TotalSeconds:0.#} s after {conditions.WarmUp.TotalSeconds:0.#} s of warm-up, both brokers in turn), 256-byte payloads, MQTT 3.1.1, clean sessions, no delay (TCP_NODELAY) on both sides; the generator is one thread on the same machine. CPU is user and system time of all threads, per delivered message.");
        return string.Join("\n", lines);
    }
}
