using Benchmarks.Native;

namespace Benchmarks.Generator;

/// <summary>What stands on the clocks at one moment.</summary>
internal readonly record struct Reading(long Timestamp, long Deliveries, TimeSpan BrokerCpu, TimeSpan GeneratorCpu, TimeSpan MachineCpu)
{
    public static Reading Take(Fleet fleet, Func<TimeSpan> brokerCpu) =>
        new(TimeProvider.System.GetTimestamp(), fleet.Deliveries(), brokerCpu(), Libc.ThreadCpu(), ProcStat.MachineCpu());
}

/// <summary>What happened between two readings.</summary>
internal sealed record Measurement(long Deliveries, TimeSpan Time, TimeSpan BrokerCpu, TimeSpan GeneratorCpu, TimeSpan OtherCpu)
{
    public double PerSecond => Deliveries / Time.TotalSeconds;

    public double BrokerMicroseconds => BrokerCpu.TotalMicroseconds / Deliveries;

    public double GeneratorMicroseconds => GeneratorCpu.TotalMicroseconds / Deliveries;

    /// <summary>How much of a core the generator had: near 100 it was what limited the messages.</summary>
    public double GeneratorPercent => 100 * GeneratorCpu / Time;

    /// <summary>How much of a core went to whatever else runs on the machine.</summary>
    public double OthersPercent => 100 * Math.Max(0, OtherCpu / Time);

    public static Measurement Between(Reading start, Reading end) => new(
        end.Deliveries - start.Deliveries,
        TimeProvider.System.GetElapsedTime(start.Timestamp, end.Timestamp),
        end.BrokerCpu - start.BrokerCpu,
        end.GeneratorCpu - start.GeneratorCpu,
        end.MachineCpu - start.MachineCpu - (end.BrokerCpu - start.BrokerCpu) - (end.GeneratorCpu - start.GeneratorCpu));
}

/// <summary>The broker did not do what the case needs, for instance it lost messages.</summary>
internal sealed class CaseFailedException(string message) : Exception(message);
