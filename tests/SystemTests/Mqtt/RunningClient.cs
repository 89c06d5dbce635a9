namespace SystemTests.Mqtt;

/// <summary>Runs a client until it is stopped or the test ends.</summary>
internal sealed class RunningClient : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    public RunningClient(Func<CancellationToken, Task> run) => _run = run(_stop.Token);

    /// <summary>A clean stop; returns when the client has ended.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(MqttObserver.Deadline);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }
}
