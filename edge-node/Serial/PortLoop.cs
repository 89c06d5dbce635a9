using Microsoft.Extensions.Logging;

namespace EdgeNode.Serial;

/// <summary>One device node from the time it is found until it is gone: open, run, back off, open again.</summary>
internal sealed class PortLoop(Port port, FoundPort found, SerialContext context)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    public FoundPort Found { get; } = found;

    /// <summary>Runs until <paramref name="stopping"/>.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var wait = FirstWait;
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                var wasOnline = await RunOnceAsync(stopping);
                wait = wasOnline ? FirstWait : wait;
                await Task.Delay(wait, context.Clock, stopping);
                wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The device is gone, or the edge node ends.
        }
        finally
        {
            await EnterAsync(PortState.Absent, "", "nothing is plugged in");
        }
    }

    private async Task<bool> RunOnceAsync(CancellationToken stopping)
    {
        var opened = await SerialConnection.OpenAsync(Found.Device, context.Clock);
        if (opened.Connection is null)
        {
            await EnterAsync(PortState.Failed, Found.Device, opened.Detail);
            return false;
        }
        var session = new PortSession(port, Found.Device, opened.Connection, context);
        var why = await session.RunAsync(stopping);
        context.Logger.PortClosed(port.Path, why);
        return session.WasOnline;
    }

    private async Task EnterAsync(PortState state, string device, string why)
    {
        if (!port.TryEnter(state, device, why)) return;
        if (state == PortState.Failed) context.Logger.OpenFailed(port.Path, why);
        try
        {
            await context.Events.WriteAsync(new SerialEvent.PortStateChanged(port.Path, state, why), context.Abandoned);
        }
        catch (OperationCanceledException)
        {
            context.Logger.EventsAbandoned(port.Path, 1);
        }
    }
}
