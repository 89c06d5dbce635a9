using System.Diagnostics;

namespace SystemTests.Support;

/// <summary>Waits for conditions, never for durations. Deadlines are generous: the machine is small and shared.</summary>
internal static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until <paramref name="condition"/> holds and returns how long that took.</summary>
    /// <exception cref="TimeoutException">It did not hold within <paramref name="seconds"/>; the message has what was waited for and <paramref name="state"/>.</exception>
    public static async Task<TimeSpan> UntilAsync(string what, double seconds, Func<Task<bool>> condition, Func<string>? state = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (clock.Elapsed.TotalSeconds > seconds) throw new TimeoutException($"{what}: not within {seconds} s. {state?.Invoke()}");
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
        return clock.Elapsed;
    }

    /// <inheritdoc cref="UntilAsync(string, double, Func{Task{bool}}, Func{string}?)"/>
    public static Task<TimeSpan> UntilAsync(string what, double seconds, Func<bool> condition, Func<string>? state = null) =>
        UntilAsync(what, seconds, () => Task.FromResult(condition()), state);
}
