using FluentValidation;
using MediatR;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Domain.Common;
using Otp.Domain.Passcodes;

namespace Otp.Application.Tests.Behaviors;

/// <summary>What a team of another assembly would add.</summary>
public sealed record SampleCommand(string UserName, string Note, Passcode Passcode) : ICommand<Result<string>>;

internal sealed class SampleCommandHandler(SampleScript script) : IRequestHandler<SampleCommand, Result<string>>
{
    public Task<Result<string>> Handle(SampleCommand request, CancellationToken cancellationToken) => Task.FromResult(script.Run());
}

internal sealed class SampleCommandValidator : AbstractValidator<SampleCommand>
{
    public SampleCommandValidator()
    {
        RuleFor(command => command.UserName).NotEqual("bad").WithMessage("must not be bad").MaximumLength(300).WithMessage("must be short");
        RuleFor(command => command.Passcode).Must(passcode => passcode.Reveal().Length == 6).WithMessage("must be 6 digits");
    }
}

internal sealed class SecondSampleCommandValidator : AbstractValidator<SampleCommand>
{
    public SecondSampleCommandValidator() => RuleFor(command => command.Note).NotEmpty().WithMessage("must be set");
}

public sealed record SampleQuery : IQuery<Result<string>>;

internal sealed class SampleQueryHandler(SampleScript script) : IRequestHandler<SampleQuery, Result<string>>
{
    public Task<Result<string>> Handle(SampleQuery request, CancellationToken cancellationToken) => Task.FromResult(script.Run());
}

/// <summary>What the sample handlers do, and how often they did.</summary>
internal sealed class SampleScript
{
    public static readonly DomainError Refusal = new("Sample.Refused", ErrorKind.NotFound, "refused");

    public Func<Result<string>> Answer { get; set; } = () => "done";

    public int Runs { get; private set; }

    public Result<string> Run()
    {
        Runs++;
        return Answer();
    }
}

/// <summary>A unit of work that loses as many races as it is told, and writes down what happens.</summary>
internal sealed class ScriptedUnitOfWork : IUnitOfWork
{
    public int LostRaces { get; set; }

    public List<string> Events { get; } = [];

    public Task<bool> TryCommitAsync(CancellationToken cancellationToken)
    {
        var wins = LostRaces-- <= 0;
        Events.Add(wins ? "commit" : "lost");
        return Task.FromResult(wins);
    }

    public Task<IAsyncDisposable> TakeTurnAsync(CancellationToken cancellationToken)
    {
        Events.Add("turn");
        return Task.FromResult<IAsyncDisposable>(new Turn(this));
    }

    private sealed class Turn(ScriptedUnitOfWork work) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            work.Events.Add("end of turn");
            return ValueTask.CompletedTask;
        }
    }
}
