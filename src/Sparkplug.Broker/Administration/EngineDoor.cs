using Sparkplug.Broker.Sessions;

namespace Sparkplug.Broker.Administration;

/// <summary>
/// The way into the engine from other threads: a question runs on the broker's loop, between two packets, and copies what it wants to know.
/// </summary>
internal sealed class EngineDoor(BrokerEngine engine, TimeProvider time)
{
    /// <summary>How long somebody waits for the loop or the disk.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks, or changes something. What nobody waits for any more does not run.</summary>
    /// <exception cref="TimeoutException">The loop did not come to it.</exception>
    public Task<T> AskAsync<T>(Func<BrokerEngine, T> question, CancellationToken cancellation) => AskAsync(question, Patience, cancellation);

    /// <inheritdoc cref="AskAsync{T}(Func{BrokerEngine, T}, CancellationToken)"/>
    public async Task<T> AskAsync<T>(Func<BrokerEngine, T> question, TimeSpan patience, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        engine.Post(() => Answer(answer, question));
        try
        {
            return await answer.Task.WaitAsync(patience, time, cancellation);
        }
        finally
        {
            answer.TrySetCanceled(CancellationToken.None);
        }
    }

    /// <summary>
    /// Changes something that is to outlive the process, and returns when the disk has it. The change itself has happened by then,
    /// also when the disk is late.
    /// </summary>
    /// <param name="change">Tells what came of it, and whether anything is on its way to the disk.</param>
    /// <param name="cancellation">The one who asked has left.</param>
    /// <exception cref="TimeoutException">The loop did not come to it, or the disk has not taken it yet.</exception>
    public async Task<T> ChangeAsync<T>(Func<BrokerEngine, (T Result, bool IsStored)> change, CancellationToken cancellation)
    {
        var (result, onDisk) = await AskAsync(
            engine =>
            {
                var (made, isStored) = change(engine);
                return (made, isStored ? DiskWait.Begin(engine.Durability) : Task.CompletedTask);
            },
            cancellation);
        await onDisk.WaitAsync(Patience, time, cancellation);
        return result;
    }

    private void Answer<T>(TaskCompletionSource<T> answer, Func<BrokerEngine, T> question)
    {
        if (answer.Task.IsCompleted)
            return;
        try
        {
            answer.TrySetResult(question(engine));
        }
        catch (Exception fault) // it belongs to the one who asked, not to the loop
        {
            answer.TrySetException(fault);
        }
    }

    /// <summary>Waits until the changes made so far are on the disk.</summary>
    private sealed class DiskWait(Durability durability) : IStoreWaiter
    {
        private readonly TaskCompletionSource _onDisk = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <inheritdoc/>
        public long WaitsFor { get; set; }

        /// <summary>To be called on the loop, right after the change: an empty batch would never settle.</summary>
        public static Task Begin(Durability durability)
        {
            var wait = new DiskWait(durability);
            durability.Promise(wait);
            return wait._onDisk.Task;
        }

        /// <inheritdoc/>
        public bool Settled()
        {
            if (durability.Committed < WaitsFor)
                return true;
            _onDisk.TrySetResult();
            return false;
        }
    }
}
