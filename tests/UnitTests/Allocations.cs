namespace UnitTests;

/// <summary>What code allocates on this thread.</summary>
internal static class Allocations
{
    /// <summary>Of one run, in bytes.</summary>
    public static long Of(Action act)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        act();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>
    /// The least of several measurements, in bytes. The first tiers of the JIT allocate what the last one keeps on the stack, and a collection
    /// takes blocks out of pools: nobody knows when either is over. What a run always allocates is in each of them.
    /// </summary>
    /// <param name="measure">Measures one run.</param>
    /// <param name="enough">No more measurements once one is not above this.</param>
    /// <param name="rounds">The most measurements.</param>
    public static long LeastOf(Func<long> measure, long enough, int rounds = 200)
    {
        var least = measure();
        for (var round = 1; round < rounds && least > enough; round++)
            least = Math.Min(least, measure());
        return least;
    }
}
