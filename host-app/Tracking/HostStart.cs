namespace HostApp.Tracking;

/// <summary>When the host may go to work: nobody is to hear of one whose page cannot be reached, because its port is taken.</summary>
internal static class HostStart
{
    /// <summary>Waits until everything has started, HTTP included.</summary>
    /// <returns>False when the host ends instead.</returns>
    public static async Task<bool> WhenStartedAsync(this IHostApplicationLifetime lifetime, CancellationToken stopping)
    {
        var started = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var start = lifetime.ApplicationStarted.Register(() => started.TrySetResult(true));
        await using var stop = stopping.Register(() => started.TrySetResult(false));
        return await started.Task;
    }
}
