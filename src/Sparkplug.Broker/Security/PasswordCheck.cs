namespace Sparkplug.Broker.Security;

/// <summary>One password that waits to be checked.</summary>
internal sealed class PasswordCheck(string userName, byte[] password, Source source, UInt128 pair, UInt128 credentials)
{
    private readonly TaskCompletionSource<Verdict> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string UserName { get; } = userName;

    public byte[] Password { get; } = password;

    public Source Source { get; } = source;

    /// <summary>User and source, as a key.</summary>
    public UInt128 Pair { get; } = pair;

    /// <summary>User and password, as a key.</summary>
    public UInt128 Credentials { get; } = credentials;

    public Task<Verdict> Verdict => _answer.Task;

    public void Answer(Verdict verdict) => _answer.TrySetResult(verdict);

    public void Fail(Exception fault) => _answer.TrySetException(fault);

    public void Cancel() => _answer.TrySetCanceled();
}
