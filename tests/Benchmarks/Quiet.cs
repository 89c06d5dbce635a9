using Benchmarks.Cases;
using Benchmarks.Native;

namespace Benchmarks;

/// <summary>On a machine that others use too, a round is worth something only while they are silent.</summary>
internal static class Quiet
{
    private const double MostPercent = 10; // of one core
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3), Look = TimeSpan.FromSeconds(1);

    /// <summary>Waits until nothing else runs; false: something still does.</summary>
    public static bool Await()
    {
        for (var waited = TimeSpan.Zero; waited < Patience; waited += Look)
        {
            var before = ProcStat.MachineCpu();
            Libc.Pause(Look);
            if (100 * ((ProcStat.MachineCpu() - before) / Look) <= MostPercent) return true;
        }

        return false;
    }

    /// <summary>Whether others took part in what was measured; a case that does not look cannot tell.</summary>
    public static bool WasDisturbed(IEnumerable<Figure> figures) =>
        figures.Any(figure => figure.Name == Throughput.Others && figure.Value > MostPercent);
}
