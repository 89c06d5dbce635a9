using System.Globalization;

namespace Benchmarks;

/// <summary>What the kernel knows about a process.</summary>
internal static class ProcStat
{
    private const int TicksPerSecond = 100; // USER_HZ, the same on every Linux

    /// <summary>The processor time of all its threads, its own and the kernel's on its behalf.</summary>
    public static TimeSpan Cpu(int process)
    {
        var line = File.ReadAllText($"/proc/{process}/stat");
        // The name in parentheses may hold spaces: count from behind it. utime and stime are fields 14 and 15.
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
    }

    /// <summary>The processor time of the whole machine, all that is not idle.</summary>
    public static TimeSpan MachineCpu()
    {
        // user nice system idle iowait irq softirq steal
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var ticks = new[] { 1, 2, 3, 6, 7, 8 }.Sum(field => long.Parse(fields[field], CultureInfo.InvariantCulture));
        return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
    }

    /// <summary>Its resident memory in bytes.</summary>
    public static long ResidentBytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024;
    }
}
